package io.pgprimacy.worker.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.crypto.MasterKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.backup.wal.WalTerm;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.transfer.WalClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be stored next, by PostgreSQL's own list of what is not stored yet. */
class SegmentsTest {
    private static final long SIZE = 1 << 20;
    private static final TimelineId TIMELINE = new TimelineId(2);
    private static final SystemIdentifier SYSTEM = new SystemIdentifier("7000000000000000001");

    @TempDir
    Path directory;

    private Path status;
    private Segments segments;

    @BeforeEach
    void setUp() throws IOException {
        Path pgWal = directory.resolve("pg_wal");
        status = Files.createDirectories(pgWal.resolve("archive_status"));
        WalPlace place = new WalPlace(new ClusterId("demo"), Incarnation.FIRST);
        WalTerm term = new WalTerm(WalTerm.FORMAT, 1, TIMELINE, SYSTEM, SIZE, 170000);
        WalClient client = new WalClient(URI.create("http://127.0.0.1:1"), "t".repeat(32), place, term);
        MasterKeys masters = MasterKeys.of(MasterKey.generate(new SecureRandom()));
        Gate gate = new Gate(directory.resolve("gate"));
        segments = new Segments(
                place,
                new Segments.Server(SYSTEM, SIZE, Ancestry.ofFirst(TIMELINE)),
                new Spool(pgWal),
                gate,
                new ArchiveWriter(place, masters, client, 1),
                new StoreState(gate, (_, _) -> {}),
                (_, _) -> {},
                ForkJoinPool.commonPool());
    }

    @Test
    void nothingGoesBeforeASegmentThatWaits() throws IOException {
        assertThat(segments.isNext(segment(TIMELINE, 7))).isTrue();
        ready(segment(TIMELINE, 6).name());
        assertThat(segments.isNext(segment(TIMELINE, 7))).isFalse();
        assertThat(segments.isNext(segment(TIMELINE, 6))).isTrue();
        assertThat(segments.backlog()).isEqualTo(1);
    }

    @Test
    void theParentsEndGoesBeforeTooAndItsHistoryNeedNot() throws IOException {
        ready("00000002.history");
        assertThat(segments.isNext(segment(TIMELINE, 7))).isTrue();
        ready(segment(new TimelineId(1), 6).name());
        assertThat(segments.isNext(segment(TIMELINE, 7))).isFalse();
    }

    private void ready(String file) throws IOException {
        Files.createFile(status.resolve(file + ".ready"));
    }

    private static WalSegment segment(TimelineId timeline, long number) {
        return new WalSegment(timeline, number, SIZE);
    }
}
