package io.pgprimacy.coordinator.api;

import static io.pgprimacy.coordinator.runtime.FakeFleet.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request.Origin;
import io.pgprimacy.core.event.Request.RebuildRequested;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Over a real socket: what matters here is what a browser sees. */
@SpringBootTest(classes = ApiTestApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class LiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration BOUND = Duration.ofSeconds(10);

    record Message(String id, String event, JsonNode data) {}

    /** Reads on a thread of its own until it is closed. */
    static final class Reader implements AutoCloseable {
        final List<Message> messages = new CopyOnWriteArrayList<>();
        private final InputStream in;
        volatile boolean ended;

        Reader(InputStream in) {
            this.in = in;
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            Map<String, String> fields = new TreeMap<>();
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                String line;
                while ((line = lines.readLine()) != null) {
                    if (line.isEmpty()) {
                        messages.add(new Message(
                                fields.getOrDefault("id", ""),
                                fields.getOrDefault("event", ""),
                                JSON.readTree(fields.getOrDefault("data", "null"))));
                        fields.clear();
                    } else {
                        int colon = line.indexOf(": ");
                        fields.put(line.substring(0, colon), line.substring(colon + 2));
                    }
                }
                ended = true;
            } catch (IOException e) {
                // Closed by the test.
            }
        }

        Message awaitMessage(String what, Predicate<Message> wanted) {
            await(what).atMost(BOUND).until(() -> messages.stream().anyMatch(wanted));
            return messages.stream().filter(wanted).findFirst().orElseThrow();
        }

        List<String> names() {
            List<String> names = new ArrayList<>();
            messages.stream()
                    .filter(m -> m.event().equals("event"))
                    .forEach(m -> names.add(m.data().path("name").asString()));
            return names;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    @LocalServerPort
    int port;

    @Autowired
    ApiTestApplication.Scene scene;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Reader> readers = new ArrayList<>();

    @BeforeEach
    void threeHealthyNodes() {
        scene.begin();
    }

    @AfterEach
    void hangUp() throws IOException {
        for (Reader reader : readers) {
            reader.close();
        }
        http.shutdownNow();
    }

    @Test
    void a_failover_is_seen_on_an_open_stream() throws Exception {
        Reader reader = follow("/api/v1/clusters/main/live", Map.of());
        Message first = reader.awaitMessage("a state", m -> m.event().equals("state"));
        assertThat(first.data().path("cluster").path("primary").asString()).isEqualTo("a");
        assertThat(first.data().path("outlook").path("wouldBeChosen").asString())
                .isEqualTo("b");
        assertThat(reader.names()).contains("ClusterCreated");
        scene.fleet().failOverToC();
        reader.awaitMessage(
                "the new primary",
                m -> m.data().path("cluster").path("primary").asString("").equals("c"));
        // The state may be ahead of the events that have led to it.
        reader.awaitMessage(
                "the promotion",
                _ -> reader.names().lastIndexOf("Promoted") > reader.names().indexOf("FailoverOpened"));
        assertThat(reader.names()).containsSubsequence("PrimaryStopped", "FailoverOpened", "PrimaryChosen", "Promoted");
    }

    @Test
    void whoever_comes_back_misses_nothing_and_gets_nothing_twice() throws Exception {
        Reader before = follow("/api/v1/clusters/main/live", Map.of());
        before.awaitMessage("a state", m -> m.event().equals("state"));
        String last = before.messages.stream()
                .filter(m -> m.event().equals("event"))
                .toList()
                .getLast()
                .id();
        before.close();
        scene.fleet().failOverToC();
        Reader after = follow("/api/v1/clusters/main/live", Map.of("Last-Event-ID", last));
        after.awaitMessage("a state", m -> m.event().equals("state"));
        assertThat(after.names())
                .startsWith("PrimaryStopped")
                .contains("Promoted")
                .doesNotContain("ClusterCreated");
        assertThat(after.messages.stream()
                        .filter(m -> m.event().equals("event"))
                        .map(Message::id))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_log_that_was_made_anew_is_told_from_the_beginning() throws Exception {
        Reader reader = follow("/api/v1/clusters/main/live?after=123456789", Map.of());
        reader.awaitMessage("a state", m -> m.event().equals("state"));
        assertThat(reader.messages.getFirst().event()).isEqualTo("reset");
        assertThat(reader.names()).contains("ClusterCreated");
    }

    @Test
    void the_fleet_tells_what_has_changed() throws Exception {
        Reader reader = follow("/api/v1/live", Map.of());
        Message all = reader.awaitMessage("the list", m -> m.event().equals("fleet"));
        assertThat(all.data().path(0).path("cluster").asString()).isEqualTo("main");
        assertThat(all.data().path(0).path("leaseHeld").asBoolean()).isTrue();
        scene.fleet().failOverToC();
        reader.awaitMessage(
                "the change",
                m -> m.data()
                        .path("changed")
                        .path(0)
                        .path("primary")
                        .asString("")
                        .equals("c"));
    }

    @Test
    void an_operation_is_followed_to_its_end_and_not_beyond() throws Exception {
        Origin origin = new Origin("ada", "bad disk");
        scene.fleet().logs.append(MAIN, "coordinator/k1", new RebuildRequested("req-9", origin, new NodeId("b")));
        scene.fleet().pass(40);
        String path = "/api/v1/clusters/main/operations/req-9/events";
        Reader reader = follow(path, Map.of());
        reader.awaitMessage("that it runs", m -> state(m).equals("RUNNING"));
        long ordered =
                scene.fleet().runtime.snapshot(MAIN).orElseThrow().state().sequence();
        scene.fleet()
                .fact(new Fact.Rebuilt(new NodeId("b"), new Term(1), new NodeId("a"), 4096, ordered, Optional.empty()));
        reader.awaitMessage("its end", m -> state(m).equals("SUCCEEDED"));
        await("the end of the stream").atMost(BOUND).until(() -> reader.ended);
        assertThat(reader.names()).containsExactly("RebuildRequested", "RebuildOrdered", "Rebuilt");
        String last = reader.messages.stream()
                .filter(m -> m.event().equals("event"))
                .toList()
                .getLast()
                .id();
        HttpResponse<String> again =
                http.send(request(path, Map.of("Last-Event-ID", last)), HttpResponse.BodyHandlers.ofString());
        assertThat(again.statusCode()).isEqualTo(204);
        assertThat(http.send(
                                request("/api/v1/clusters/main/operations/req-8/events", Map.of()),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(404);
    }

    private static String state(Message message) {
        return message.event().equals("operation")
                ? message.data().path("state").asString("")
                : "";
    }

    @Test
    void an_unknown_cluster_is_a_problem_document_also_here() throws Exception {
        HttpResponse<String> answer = http.send(
                request("/api/v1/clusters/nope/live", Map.of("Accept", "text/event-stream")),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("unknown-cluster");
    }

    private Reader follow(String path, Map<String, String> headers) throws Exception {
        HttpResponse<InputStream> answer = http.send(request(path, headers), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        Reader reader = new Reader(answer.body());
        readers.add(reader);
        return reader;
    }

    private HttpRequest request(String path, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        headers.forEach(request::header);
        return request.build();
    }
}
