package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.pgprimacy.systemtests.bench.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The topic is what its published description says, for a consumer that has nothing else. */
class PublicTopicTest {
    private static final String TYPES = "io.pgprimacy.";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS.withNodes(2));

    private final SandboxUnderTest sandbox = SHARED.get();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<String, Schema> schemas = new HashMap<>();

    @Test
    void everyRecordIsWhatThePublishedSchemaOfItsTypeSays() {
        new Trial(sandbox, Duration.ofSeconds(5), true).switchOver();
        Set<String> seen = new TreeSet<>();

        List<ConsumerRecord<byte[], byte[]>> records = ClusterTopic.records(sandbox);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            String type = ClusterTopic.header(record, "ce_type").orElseThrow();
            seen.add(type);
            assertThat(ClusterTopic.header(record, "ce_specversion")).hasValue("1.0");
            assertThat(ClusterTopic.header(record, "ce_id")).isPresent();
            JsonNode body = JSON.readTree(record.value());
            assertThat(schemas.computeIfAbsent(type, this::schema).validate(body))
                    .as("%s at offset %d: %s", type, record.offset(), body)
                    .isEmpty();
        }

        assertThat(seen)
                .contains(
                        TYPES + "decision.cluster-created.v1",
                        TYPES + "request.switchover-requested.v1",
                        TYPES + "decision.switchover-started.v1",
                        TYPES + "decision.primary-chosen.v1",
                        TYPES + "fact.promoted.v1");
    }

    private Schema schema(String type) {
        try {
            return registry.getSchema(
                    JSON.readTree(Files.readString(root().resolve("docs/reference/schemas/" + type + ".json"))));
        } catch (IOException e) {
            throw new UncheckedIOException("no schema is published for " + type, e);
        }
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("dev"))) {
            at = at.getParent();
        }
        return at;
    }
}
