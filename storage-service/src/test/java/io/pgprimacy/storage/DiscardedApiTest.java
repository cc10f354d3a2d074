package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.wal.DiscardedPlace;
import io.pgprimacy.backup.wal.DiscardedSummary;
import io.pgprimacy.backup.wal.DiscardedWal;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.storage.repository.Garbage;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.wal.SupersededSlices;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a node stores of WAL that did not become history. */
class DiscardedApiTest extends ServiceTest {
    private static final String SEGMENT = "000000010000000000000003";
    private static final byte[] CONTENT = "some WAL".repeat(1000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /** Others' tests leave theirs in the same bucket. */
    private final DiscardedWal wal = wal(RANDOM.nextInt(1 << 20));

    private final DiscardedPlace discarded = wal.place();

    @Test
    void itIsStoredWithItsSummaryAndThenNothingIsAdded() throws Exception {
        start("direct");
        byte[] summary = summary(CONTENT).encode(key);
        assertThat(commitSummary(summary).statusCode()).isEqualTo(409);

        send(granted("keys/0123456789abcdef.json", new byte[10]), new byte[10]);
        send(granted("segments/" + SEGMENT, CONTENT), CONTENT);
        assertThat(commitSummary(summary).statusCode()).isEqualTo(204);

        assertThat(commitSummary(summary).statusCode()).isEqualTo(204);
        assertThat(code(commitSummary(summary(new byte[8000]).encode(key)))).isEqualTo("already-committed");
        assertThat(code(post(path("/puts"), put("segments/" + SEGMENT, CONTENT), TOKEN)))
                .isEqualTo("already-committed");
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        start("direct");
        send(granted("segments/" + SEGMENT, CONTENT), CONTENT);
        byte[] other = CONTENT.clone();
        other[0] = 'S';

        assertThat(send(granted("segments/" + SEGMENT, other), other).statusCode())
                .isEqualTo(412);
    }

    @Test
    void aSummaryNeedsAKeyAndEverySegmentWithItsLength() throws Exception {
        start("direct");
        send(granted("segments/" + SEGMENT, CONTENT), CONTENT);
        HttpResponse<String> keyless = commitSummary(summary(CONTENT).encode(key));
        assertThat(code(keyless)).isEqualTo("incomplete");
        assertThat(keyless.body()).contains("has no key");

        send(granted("keys/0123456789abcdef.json", new byte[10]), new byte[10]);
        assertThat(commitSummary(summary(new byte[7]).encode(key)).body())
                .contains("should have 7 bytes, and has 8000");
        assertThat(code(commitSummary("{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
                .isEqualTo("incomplete");
    }

    @Test
    void noOtherNamesAreGranted() throws Exception {
        start("direct");
        for (String object : List.of(
                "summary.json",
                "segments/../summary.json",
                "segments/x",
                "segments/" + SEGMENT + ".partial",
                "data/1")) {
            assertThat(code(post(path("/puts"), put(object, CONTENT), TOKEN)))
                    .as(object)
                    .isEqualTo("name-not-allowed");
        }
        String elsewhere = path("/puts").replace(discarded.id().value(), "00000001-x");
        assertThat(post(elsewhere, put("segments/" + SEGMENT, CONTENT), TOKEN).statusCode())
                .isEqualTo(400);
        assertThat(post(path("/puts"), put("segments/" + SEGMENT, CONTENT), OPERATOR)
                        .statusCode())
                .isEqualTo(403);
    }

    /** Neither what was begun and never committed nor what is whole is anybody's garbage. */
    @Test
    void nothingCollectsIt() throws Exception {
        start("direct");
        send(granted("segments/" + SEGMENT, CONTENT), CONTENT);
        ObjectStore store = directStore(s3.uri());

        for (int days = 100; days < 103; days++) {
            new Garbage(store, later(Duration.ofDays(days)), Duration.ofHours(24)).collect();
            new SupersededSlices(store, later(Duration.ofDays(days)), Duration.ofHours(24)).collect();
        }

        assertThat(store.stat(discarded.segment(SEGMENT))).isPresent();
    }

    @Test
    void theVerificationFindsWhatHasChanged() throws Exception {
        start("direct");
        send(granted("keys/0123456789abcdef.json", new byte[10]), new byte[10]);
        send(granted("segments/" + SEGMENT, CONTENT), CONTENT);
        assertThat(commitSummary(summary(CONTENT).encode(key)).statusCode()).isEqualTo(204);
        Path stored = s3.bucket().resolve("repository").resolve(discarded.segment(SEGMENT));
        String verification = "/api/v1/clusters/demo/verifications";
        String limits = "{\"seconds\":30,\"bytesPerSecond\":0}";
        assertThat(send("POST", verification, limits, OPERATOR).body()).doesNotContain(discarded.directory());

        byte[] changed = CONTENT.clone();
        changed[7] ^= 1;
        Files.write(stored, changed);

        assertThat(send("POST", verification, limits, OPERATOR).body()).contains(discarded.segment(SEGMENT));
    }

    private JsonNode granted(String object, byte[] content) throws Exception {
        HttpResponse<String> answer = post(path("/puts"), put(object, content), TOKEN);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> commitSummary(byte[] summary) throws Exception {
        return http.send(
                request(path("/summary"), TOKEN)
                        .header("Content-Type", "application/octet-stream")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(summary))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String code(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).path("code").asString("");
    }

    private String path(String what) {
        return "/api/v1/clusters/demo/1/discarded/" + discarded.id() + what;
    }

    private DiscardedSummary summary(byte[] segment) {
        return new DiscardedSummary(
                DiscardedSummary.FORMAT, wal, List.of(new StoredObject("segments/" + SEGMENT, List.of(part(segment)))));
    }

    private static DiscardedWal wal(int bytes) {
        return new DiscardedWal(
                new ClusterId("demo"),
                Incarnation.FIRST,
                new NodeId("a"),
                7,
                new SystemIdentifier("7"),
                16 << 20,
                new TimelineId(1),
                Lsn.parse("0/3000060"),
                Lsn.parse("0/3000060").plus(bytes),
                1,
                NOW,
                List.of(SEGMENT));
    }
}
