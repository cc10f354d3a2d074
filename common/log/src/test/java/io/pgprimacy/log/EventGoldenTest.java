package io.pgprimacy.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.RecordKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What stands in the logs of running clusters must stay readable, and its keys must stay what they are. One file per event type
 * and version; {@code ./dev golden --accept} rewrites them from what the code does now.
 */
class EventGoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final boolean ACCEPT = Boolean.getBoolean("golden.accept");
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final EventCodec CODEC = new EventCodec();

    @BeforeAll
    static void rewriteWhereAskedTo() throws IOException {
        if (!ACCEPT) {
            return;
        }
        Files.createDirectories(GOLDEN);
        try (Stream<Path> files = Files.list(GOLDEN)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        for (var e : EventTypes.all().entrySet()) {
            Files.writeString(file(e.getKey()), MAPPER.writeValueAsString(inJson(e.getValue())) + "\n");
        }
    }

    @TestFactory
    Stream<DynamicTest> everyEventTypeHasItsGoldenFile() {
        return EventTypes.all().entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> compare(e.getKey(), e.getValue())));
    }

    @Test
    void everyGoldenFileHasAnEventType() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            assertThat(new TreeSet<>(files.map(f -> f.getFileName().toString()).toList()))
                    .isEqualTo(new TreeSet<>(EventTypes.all().keySet().stream()
                            .map(t -> t + ".json")
                            .toList()));
        }
    }

    private static void compare(String type, Class<? extends ClusterEvent> event) throws IOException {
        assertThat(file(type)).as("hint: ./dev golden --accept writes it").exists();
        JsonNode golden = MAPPER.readTree(Files.readString(file(type)));
        assertThat(inJson(event))
                .as("hint: ./dev golden --accept, and read the diff")
                .isEqualTo(golden);
        List<ClusterEvent> samples = Samples.of(event);
        for (int i = 0; i < samples.size(); i++) {
            byte[] body = MAPPER.writeValueAsBytes(golden.get(i).get("data"));
            assertThat(CODEC.event(type, body)).isEqualTo(samples.get(i));
        }
    }

    private static JsonNode inJson(Class<? extends ClusterEvent> event) {
        ArrayNode all = MAPPER.createArrayNode();
        for (ClusterEvent sample : Samples.of(event)) {
            ObjectNode entry = all.addObject();
            entry.put("key", RecordKey.of("id", sample));
            entry.set("data", MAPPER.readTree(CODEC.body(sample)));
        }
        return all;
    }

    private static Path file(String type) {
        return GOLDEN.resolve(type + ".json");
    }
}
