package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.storage.store.ObjectStore;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Two full backups, in the segments 2 and 4 of timeline 1, and WAL up to segment 6. */
class OriginTest extends ServiceTest {
    private static final long SIZE = 16 * 1024 * 1024;
    private static final String COPY = "c".repeat(32);
    private static final String WHO = "\"actor\":\"ada\",\"reason\":\"all is lost\"";

    private ObjectStore store;
    private BackupPlace first;
    private BackupPlace second;

    @BeforeEach
    void twoBackupsAndTheirWal() throws Exception {
        RetentionServiceTest.empty(s3.bucket());
        start("direct", "--pgprimacy.storage.tokens.copy=" + COPY);
        store = service.getBean(ObjectStore.class);
        putWal(1, 2, 6);
        startLsn = new Lsn(2 * SIZE + 0x28);
        first = backup(NOW.minus(Duration.ofHours(2)));
        startLsn = new Lsn(4 * SIZE + 0x28);
        second = backup(NOW.minus(Duration.ofHours(1)));
    }

    @Test
    void aClusterBeginsWithTheLastBackupBeforeTheTarget() throws Exception {
        JsonNode latest = origin(200, "demo", "\"to\":\"latest\"");
        assertThat(latest.path("incarnation").asInt()).isEqualTo(1);
        assertThat(latest.path("backup").asString()).isEqualTo(second.id().value());
        assertThat(latest.path("end").asString()).isEqualTo("0/7000000");
        assertThat(origin(200, "demo", "\"to\":\"0/3800000\"").path("backup").asString())
                .isEqualTo(first.id().value());
    }

    @Test
    void whatIsNotStoredIsRefusedWithWhatIs() throws Exception {
        JsonNode before = origin(409, "demo", "\"to\":\"2020-01-01T00:00:00Z\"");
        assertThat(before.path("detail").asString()).contains("before the end of the first backup");
        assertThat(before.path("hint").asString()).contains("one can recover from");
        assertThat(origin(409, "demo", "\"to\":\"0/9000000\"").path("detail").asString())
                .contains("after the newest WAL");
        assertThat(origin(409, "demo", "\"to\":\"xid:7\"").path("hint").asString())
                .contains(second.id().value());
        assertThat(origin(404, "other", "\"to\":\"latest\"").path("detail").asString())
                .contains("holds nothing of a cluster other");
        origin(400, "demo", "\"to\":\"yesterday\"");
    }

    @Test
    void aNewestLifeWithoutABackupIsNotPassedOverInSilence() throws Exception {
        putWal(2, 7, 7);
        JsonNode refused = origin(409, "demo", "\"to\":\"latest\"");
        assertThat(refused.path("detail").asString()).contains("incarnation 2", "no sound backup");
        assertThat(refused.path("hint").asString()).contains("incarnation 1");
        assertThat(origin(200, "demo", "\"to\":\"latest\",\"incarnation\":1")
                        .path("backup")
                        .asString())
                .isEqualTo(second.id().value());
    }

    @Test
    void everyClaimGetsALifeOfItsOwn() throws Exception {
        assertThat(claim("demo").path("incarnation").asInt()).isEqualTo(2);
        assertThat(claim("demo").path("incarnation").asInt()).isEqualTo(3);
        assertThat(claim("never-heard-of").path("incarnation").asInt()).isEqualTo(1);
        assertThat(origin(200, "demo", "\"to\":\"latest\"").path("incarnation").asInt())
                .as("a life that was claimed and holds nothing is no origin")
                .isEqualTo(1);
    }

    @Test
    void agentsClaimNothing() throws Exception {
        assertThat(post("/api/v1/clusters/demo/incarnations", "{" + WHO + "}", TOKEN)
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("/api/v1/clusters/demo/origin", "{\"to\":\"latest\"}", TOKEN)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aClusterThatNoAgentCouldReadForIsRefused() throws Exception {
        assertThat(origin(200, "demo", "\"to\":\"latest\",\"into\":\"copy\"")
                        .path("backup")
                        .asString())
                .isEqualTo(second.id().value());
        origin(404, "other", "\"to\":\"latest\",\"into\":\"nobody\"");
        JsonNode refused = origin(409, "demo", "\"to\":\"latest\",\"into\":\"nobody\"");
        assertThat(refused.path("detail").asString()).contains("no token of cluster nobody");
        assertThat(refused.path("hint").asString()).contains("tokens.nobody");
    }

    @Test
    void aNewClusterReadsOfAnotherWhatAnOperatorHasNamedAndNothingElse() throws Exception {
        putWal(2, 7, 7);
        refusesToRead(1, "was never claimed");
        int life = claimCopyOf("demo", 1);

        assertThat(read(200, life, "/backups")
                        .path("backups")
                        .valueStream()
                        .map(b -> b.path("id").asString()))
                .containsExactly(first.id().value(), second.id().value());
        assertThat(read(200, life, "/wal/objects").path("objects").size()).isEqualTo(5);
        download(200, life, second.manifest());
        String segment = new WalSegment(new TimelineId(1), 3, SIZE).name();
        download(200, life, "clusters/demo/1/wal/00000001/segments/" + segment);
        for (String other : List.of(
                "clusters/demo/2/wal/00000001/segments/" + segment,
                "clusters/demo/1/discarded/x/summary.json",
                "clusters/demo/1/wal/../../2/wal/x",
                "clusters/copy/1/origin.json",
                "clusters/other/1/wal/x")) {
            download(403, life, other);
        }
    }

    @Test
    void whatANewClusterReadsItCannotWrite() throws Exception {
        int life = claimCopyOf("demo", 1);
        assertThat(post("/api/v1/clusters/copy/" + life + "/origin/puts", put("data/00000001", new byte[9]), COPY)
                        .statusCode())
                .isBetween(400, 499);
        for (String address : List.of("/1/backups/" + second.id() + "/puts", "/1/wal/puts", "/downloads")) {
            assertThat(post("/api/v1/clusters/demo" + address, put("data/00000001", new byte[9]), COPY)
                            .statusCode())
                    .as(address)
                    .isEqualTo(401);
        }
    }

    @Test
    void aNewClusterReadsNoMoreOnceItArchivesByItselfOrBeganAnew() throws Exception {
        int life = claimCopyOf("demo", 1);
        int next = claimCopyOf("demo", 1);
        refusesToRead(life, "is not the newest");
        HttpResponse<String> declared = post(
                "/api/v1/clusters/copy/" + next + "/wal/terms",
                "{\"term\":1,\"timeline\":2,\"systemIdentifier\":\"9\",\"walSegmentSize\":16777216,\"version\":150000}",
                COPY);
        assertThat(declared.statusCode()).as(declared.body()).isEqualTo(204);
        refusesToRead(next, "archives by itself");
    }

    @Test
    void aClaimThatCameToNothingOpensNothingForEver() throws Exception {
        byte[] old = JSON.writeValueAsBytes(Map.of(
                "format", 1,
                "at", "2026-01-01T00:00:00Z",
                "actor", "ada",
                "reason", "long ago",
                "cluster", "demo",
                "incarnation", 1,
                "to", "latest"));
        store.putIfAbsent("clusters/copy/1/origin.json", old);
        refusesToRead(1, "more than 7 days ago");
    }

    @Test
    void aClusterThatBeganEmptyReadsNobodys() throws Exception {
        int life = claim("copy").path("incarnation").asInt();
        refusesToRead(life, "does not begin with stored data");
    }

    private int claimCopyOf(String cluster, int incarnation) throws Exception {
        return answer(
                        200,
                        "/api/v1/clusters/copy/incarnations",
                        WHO + ",\"from\":\"" + cluster + "\",\"incarnation\":" + incarnation + ",\"to\":\"latest\"")
                .path("incarnation")
                .asInt();
    }

    private void refusesToRead(int life, String because) throws Exception {
        assertThat(read(403, life, "/backups").path("detail").asString()).contains(because);
        assertThat(read(403, life, "/wal/objects").path("detail").asString()).contains(because);
        download(403, life, second.manifest());
    }

    private JsonNode read(int status, int life, String what) throws Exception {
        HttpResponse<String> answer = get("/api/v1/clusters/copy/" + life + "/origin" + what, COPY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private void download(int status, int life, String name) throws Exception {
        HttpResponse<String> answer = post(
                "/api/v1/clusters/copy/" + life + "/origin/downloads",
                JSON.writeValueAsString(Map.of("names", List.of(name))),
                COPY);
        assertThat(answer.statusCode()).as(name + answer.body()).isEqualTo(status);
    }

    private JsonNode claim(String cluster) throws Exception {
        return answer(200, "/api/v1/clusters/" + cluster + "/incarnations", WHO);
    }

    private JsonNode origin(int status, String cluster, String body) throws Exception {
        return answer(status, "/api/v1/clusters/" + cluster + "/origin", body);
    }

    private JsonNode answer(int status, String path, String body) throws Exception {
        HttpResponse<String> answer = send("POST", path, "{" + body + "}", OPERATOR);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private void putWal(int life, int from, int to) {
        WalPlace place = new WalPlace(new ClusterId("demo"), new Incarnation(life));
        for (int number = from; number <= to; number++) {
            assertThat(store.putIfAbsent(place.segment(new WalSegment(new TimelineId(1), number, SIZE)), new byte[100]))
                    .isTrue();
        }
    }
}
