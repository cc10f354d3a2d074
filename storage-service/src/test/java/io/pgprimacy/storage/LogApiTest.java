package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.Garbage;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.wal.SupersededSlices;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a coordinator stores of a cluster's log. */
class LogApiTest extends ServiceTest {
    private static final String ONE = "1".repeat(64);
    private static final String TWO = "2".repeat(64);

    /** Others' tests leave theirs in the same bucket. */
    private final Incarnation life = new Incarnation(1 + RANDOM.nextInt(1 << 20));

    private final LogStretch first = stretch(0, 4, LogStretch.NO_HEAD, ONE, "a");
    private final LogStretch second = stretch(5, 9, ONE, TWO, "b");

    @Test
    void stretchesFollowOneAnotherAndAreGivenBack() throws Exception {
        start("direct");
        assertThat(append(first).statusCode()).isEqualTo(204);
        assertThat(append(second).statusCode()).isEqualTo(204);
        assertThat(append(first).statusCode()).isEqualTo(204);

        assertThat(read(0)).isEqualTo(first.text());
        assertThat(read(5)).isEqualTo(second.text());
        assertThat(stored().path("stretches").toString()).isEqualTo("[0,5]");
        assertThat(code(send("GET", path(7), "", OPERATOR))).isEqualTo("unknown");
    }

    @Test
    void anotherTruthAtTheSamePlaceIsRefused() throws Exception {
        start("direct");
        append(first);

        HttpResponse<String> longer = append(stretch(0, 6, LogStretch.NO_HEAD, TWO, "a"));
        assertThat(code(longer)).isEqualTo("would-overwrite");
        assertThat(longer.body()).contains("is there, and is another one: up to offset 4");
        assertThat(code(append(stretch(3, 6, ONE, TWO, "a")))).isEqualTo("would-overwrite");
        assertThat(read(0)).isEqualTo(first.text());
    }

    @Test
    void neitherAGapNorAnotherChainIsTaken() throws Exception {
        start("direct");
        assertThat(append(second).body()).contains("offsets 0 to 4 would be missing");
        append(first);

        HttpResponse<String> gap = append(stretch(6, 9, ONE, TWO, "b"));
        assertThat(code(gap)).isEqualTo("incomplete");
        assertThat(gap.body()).contains("offsets 5 to 5 would be missing");
        HttpResponse<String> other = append(stretch(5, 9, TWO, ONE, "b"));
        assertThat(code(other)).isEqualTo("other-system");
        assertThat(other.body()).contains("it is of another log");
        assertThat(stored().path("stretches").toString()).isEqualTo("[0]");
    }

    @Test
    void ofTwoWritersThatGoOnFromTheSameEndOneIsTaken() throws Exception {
        start("direct");
        append(first);
        List<Callable<Integer>> both = List.of(
                () -> append(second).statusCode(),
                () -> append(stretch(5, 12, ONE, TWO, "c")).statusCode());
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(writers.invokeAll(both).stream().map(Future::resultNow)).containsExactlyInAnyOrder(204, 409);
        }
    }

    @Test
    void whatIsNoStretchIsRefused() throws Exception {
        start("direct");
        String changed = first.text().replace("\"a\"", "\"z\"");
        assertThat(code(put(0, changed))).isEqualTo("invalid-request");
        assertThat(code(put(1, first.text()))).isEqualTo("invalid-request");
        assertThat(code(put(0, ""))).isEqualTo("invalid-request");
        assertThat(put(-1, first.text()).statusCode()).isEqualTo(400);
        assertThat(read404(0)).isEqualTo("unknown");
    }

    @Test
    void anAgentsTokenOpensNothingOfIt() throws Exception {
        start("direct");
        append(first);

        assertThat(send("GET", path(0), "", TOKEN).statusCode()).isEqualTo(403);
        assertThat(send("PUT", path(5), body(second.text()), TOKEN).statusCode())
                .isEqualTo(403);
        assertThat(send("GET", "/api/v1/clusters/demo/logs", "", TOKEN).statusCode())
                .isEqualTo(403);
    }

    @Test
    void nothingRemovesIt() throws Exception {
        start("direct");
        append(first);
        backup(NOW);
        ObjectStore store = directStore(s3.uri());
        for (int days = 100; days < 103; days++) {
            new Garbage(store, later(Duration.ofDays(days)), Duration.ofHours(24)).collect();
            new SupersededSlices(store, later(Duration.ofDays(days)), Duration.ofHours(24)).collect();
        }
        String apply = "{\"policy\":{\"full\":1},\"actor\":\"jane\",\"reason\":\"test\"}";
        assertThat(send("POST", "/api/v1/clusters/demo/retention/apply", apply, OPERATOR)
                        .statusCode())
                .isEqualTo(200);

        assertThat(read(0)).isEqualTo(first.text());
    }

    @Test
    void whatWasChangedInTheStoreIsNotGivenOutAndNothingFollowsIt() throws Exception {
        start("direct");
        append(first);
        Path stored =
                s3.bucket().resolve("repository").resolve(first.header().place().name());
        byte[] bytes = Files.readAllBytes(stored);
        bytes[bytes.length - 3] ^= 1;
        Files.write(stored, bytes);

        assertThat(code(send("GET", path(0), "", OPERATOR))).isEqualTo("incomplete");
        assertThat(code(append(second))).isEqualTo("incomplete");
    }

    private LogStretch stretch(long from, long through, String before, String after, String what) {
        LogPlace at = new LogPlace(new ClusterId("demo"), life, from);
        return LogStretch.of(at, through, 1, before, after, "{\"data\":\"" + what + "\"}\n");
    }

    private HttpResponse<String> append(LogStretch stretch) throws Exception {
        return put(stretch.header().from(), stretch.text());
    }

    private HttpResponse<String> put(long from, String text) throws Exception {
        return send("PUT", path(from), body(text), OPERATOR);
    }

    private static String body(String text) {
        return JSON.writeValueAsString(Map.of("stretch", text));
    }

    private String read(long from) throws Exception {
        HttpResponse<String> answer = send("GET", path(from), "", OPERATOR);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).path("stretch").asString();
    }

    private String read404(long from) throws Exception {
        return code(send("GET", path(from), "", OPERATOR));
    }

    private JsonNode stored() throws Exception {
        for (JsonNode log : JSON.readTree(
                        send("GET", "/api/v1/clusters/demo/logs", "", OPERATOR).body())
                .path("logs")) {
            if (log.path("incarnation").asInt() == life.value()) {
                return log;
            }
        }
        throw new AssertionError("nothing is stored of incarnation " + life);
    }

    private String path(long from) {
        return "/api/v1/clusters/demo/" + life + "/log/" + from;
    }

    private static String code(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).path("code").asString("");
    }
}
