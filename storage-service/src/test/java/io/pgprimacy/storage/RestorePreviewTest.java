package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.backup.wal.WalTerm;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.wal.WalTerms;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Two full backups, in the segments 2 and 4 of timeline 1, which timeline 2 left in the midst of segment 6; WAL up to segment 7. */
class RestorePreviewTest extends ServiceTest {
    private static final long SIZE = 16 * 1024 * 1024;
    private static final int LENGTH = 100;
    private static final WalPlace WAL = new WalPlace(new ClusterId("demo"), Incarnation.FIRST);
    private static final String ON_TIMELINE_2 = "\"timeline\":2,\"ends\":{\"1\":\"0/6800000\"}";

    private ObjectStore store;
    private BackupPlace first;
    private BackupPlace second;

    @BeforeEach
    void twoBackupsAndTheirWal() throws Exception {
        RetentionServiceTest.empty(s3.bucket());
        start("direct");
        store = service.getBean(ObjectStore.class);
        new WalTerms(store)
                .declare(
                        WAL,
                        new WalTerm(WalTerm.FORMAT, 1, new TimelineId(1), new SystemIdentifier("7"), SIZE, 150018));
        for (int number = 2; number <= 5; number++) {
            put(WAL.segment(segment(1, number)));
        }
        put(WAL.segment(segment(2, 6)));
        put(WAL.slice(segment(2, 7), 0, 1024));
        startLsn = new Lsn(2 * SIZE + 0x28);
        first = backup(NOW.minus(Duration.ofHours(2)));
        startLsn = new Lsn(4 * SIZE + 0x28);
        second = backup(NOW.minus(Duration.ofHours(1)));
    }

    @Test
    void theEndOfTheWalIsReachedFromTheLastBackup() throws Exception {
        JsonNode preview = preview(200, "\"to\":\"latest\"," + ON_TIMELINE_2);
        assertThat(preview.path("backup").asString()).isEqualTo(second.id().value());
        assertThat(preview.path("walFrom").asString()).isEqualTo("0/4000028");
        assertThat(preview.path("walUpTo").asString()).isEqualTo("0/7000400");
        assertThat(preview.path("walSegments").asInt()).isEqualTo(4);
        assertThat(preview.path("walBytes").asInt()).isEqualTo(4 * LENGTH);
        assertThat(preview.path("complete").asBoolean()).isTrue();
    }

    @Test
    void aPositionBeforeTheLastBackupIsReachedFromTheOneBefore() throws Exception {
        JsonNode preview = preview(200, "\"to\":\"0/3800000\"," + ON_TIMELINE_2);
        assertThat(preview.path("backup").asString()).isEqualTo(first.id().value());
        assertThat(preview.path("walSegments").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsNotStoredIsRefusedWithWhatIs() throws Exception {
        JsonNode after = preview(409, "\"to\":\"0/9000000\"," + ON_TIMELINE_2);
        assertThat(after.path("code").asString()).isEqualTo("unreachable");
        assertThat(after.path("hint").asString()).contains("one can recover from");
        assertThat(preview(409, "\"to\":\"2020-01-01T00:00:00Z\"," + ON_TIMELINE_2)
                        .path("detail")
                        .asString())
                .contains("before the end of the first backup");
        store.remove(WAL.segment(segment(1, 5)));
        assertThat(preview(409, "\"to\":\"latest\"," + ON_TIMELINE_2)
                        .path("detail")
                        .asString())
                .contains("WAL is missing from 0/5000000 on");
    }

    @Test
    void nonsenseAndAgentsAreRefused() throws Exception {
        assertThat(preview(400, "\"to\":\"yesterday\",\"timeline\":1")
                        .path("detail")
                        .asString())
                .contains("is not a target");
        preview(400, "\"timeline\":1");
        preview(400, "\"to\":\"latest\",\"timeline\":1,\"ends\":{\"x\":\"0/1\"}");
        assertThat(post("/api/v1/clusters/demo/1/restore-preview", "{\"to\":\"latest\",\"timeline\":1}", TOKEN)
                        .statusCode())
                .isEqualTo(403);
    }

    private JsonNode preview(int status, String body) throws Exception {
        HttpResponse<String> answer =
                send("POST", "/api/v1/clusters/demo/1/restore-preview", "{" + body + "}", OPERATOR);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private void put(String name) {
        assertThat(store.putIfAbsent(name, new byte[LENGTH])).isTrue();
    }

    private static WalSegment segment(int timeline, int number) {
        return new WalSegment(new TimelineId(timeline), number, SIZE);
    }
}
