package io.pgprimacy.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.pgprimacy.core.event.ClusterEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The documents for whoever consumes the topics: one schema for each event version, and AsyncAPI around them. {@code ./dev docs} rewrites them. */
class SchemaDocsTest {
    private static final boolean ACCEPT = Boolean.getBoolean("golden.accept");
    private static final Path REFERENCE = root().resolve("docs/reference");
    private static final Path SCHEMAS = REFERENCE.resolve("schemas");
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final EventCodec CODEC = new EventCodec();

    @TestFactory
    Stream<DynamicTest> the_committed_schemas_are_the_code() {
        return EventTypes.all().entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(
                        e.getKey(), () -> isCommitted(file(e.getKey()), EventSchemas.of(e.getKey(), e.getValue()))));
    }

    @Test
    void the_committed_asyncapi_document_is_the_code() throws IOException {
        isCommitted(REFERENCE.resolve("asyncapi.json"), AsyncApi.document());
    }

    @Test
    void every_schema_is_one_of_an_event() throws IOException {
        try (Stream<Path> files = Files.list(SCHEMAS)) {
            Set<String> names =
                    files.map(f -> f.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
            assertThat(names)
                    .isEqualTo(EventTypes.all().keySet().stream()
                            .map(type -> type + ".json")
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    /** Also with nothing allowed besides: else a property that the schema has never heard of would pass. */
    @TestFactory
    Stream<DynamicTest> every_sample_is_what_its_schema_says() {
        return EventTypes.all().entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> validates(e.getKey(), e.getValue())));
    }

    private static void validates(String type, Class<? extends ClusterEvent> event) throws IOException {
        JsonNode committed = JSON.readTree(Files.readString(file(type)));
        Schema schema = REGISTRY.getSchema(committed);
        Schema closed = REGISTRY.getSchema(closed(committed.deepCopy()));
        for (ClusterEvent sample : Samples.of(event)) {
            JsonNode body = JSON.readTree(CODEC.body(sample));
            assertThat(schema.validate(body)).as(body.toString()).isEmpty();
            assertThat(closed.validate(body)).as(body.toString()).isEmpty();
        }
    }

    @Test
    void a_body_that_lacks_something_or_has_it_wrong_is_refused() throws IOException {
        String type = "io.pgprimacy.fact.rewound.v1";
        Schema schema = REGISTRY.getSchema(JSON.readTree(Files.readString(file(type))));
        ObjectNode body = JSON.createObjectNode();
        body.put("node", "pg1").put("term", 3).put("source", "pg2");

        assertThat(schema.validate(body)).isEmpty();
        assertThat(schema.validate(body.deepCopy().put("more", 1))).isEmpty();
        assertThat(schema.validate(body.deepCopy().put("node", "PG 1"))).isNotEmpty();
        assertThat(schema.validate(body.deepCopy().put("term", "3"))).isNotEmpty();
        assertThat(schema.validate(body.deepCopy().without("source"))).isNotEmpty();
    }

    private static JsonNode closed(JsonNode schema) {
        if (schema.isObject() && schema.path("type").asString("").equals("object") && schema.has("properties")) {
            ((ObjectNode) schema).put("additionalProperties", false);
        }
        if (schema instanceof ObjectNode object) {
            object.remove("$id");
        }
        schema.forEach(SchemaDocsTest::closed);
        return schema;
    }

    private static void isCommitted(Path file, Map<String, Object> document) throws IOException {
        String text = JSON.writeValueAsString(document) + "\n";
        if (ACCEPT) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(file).as("run ./dev docs").exists();
        assertThat(text).as("run ./dev docs and read the diff").isEqualTo(Files.readString(file));
    }

    private static Path file(String type) {
        return SCHEMAS.resolve(type + ".json");
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("dev"))) {
            at = at.getParent();
        }
        return at;
    }

    /** Kept here, so that a document without a reader does not go unnoticed. */
    @Test
    void asyncapi_names_every_schema_once() {
        JsonNode messages =
                JSON.valueToTree(AsyncApi.document()).path("components").path("messages");
        List<String> referred = messages.valueStream()
                .map(m -> m.path("payload").path("schema").path("$ref").asString())
                .toList();

        assertThat(referred)
                .doesNotHaveDuplicates()
                .hasSameSizeAs(EventTypes.all().keySet())
                .allSatisfy(ref -> assertThat(REFERENCE.resolve(ref)).exists());
    }
}
