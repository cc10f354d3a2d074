package io.pgprimacy.backup.recovery;

import static io.pgprimacy.backup.wal.SyntheticWal.SIZE;
import static io.pgprimacy.backup.wal.SyntheticWal.SYSTEM;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.crypto.MasterKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.restore.WalArchive;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.RecoveryPath;
import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wishes as PostgreSQL's script leaves them, and an archive in which every object is damaged. */
class WalFeedTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final WalPlace PLACE = new WalPlace(new ClusterId("demo"), Incarnation.FIRST);
    private static final WalSegment SEVENTH = new WalSegment(new TimelineId(1), 7, SIZE);
    private static final WalSegment EIGHTH = SEVENTH.next();

    @TempDir
    Path data;

    private Path spool;
    private WalFeed feed;

    @BeforeEach
    void setUp() throws IOException {
        WalInventory inventory = new WalInventory(PLACE, SIZE);
        inventory.add(PLACE.segment(SEVENTH), 1, Instant.EPOCH);
        inventory.add(PLACE.segment(EIGHTH), 1, Instant.EPOCH);
        WalArchive damaged = new WalArchive(
                PLACE,
                MasterKeys.of(MasterKey.generate(new SecureRandom())),
                name -> new ByteArrayInputStream(new byte[100]));
        spool = data.resolve("spool");
        feed = new WalFeed(
                spool,
                new RecoveryPath(inventory, Ancestry.ofFirst(SEVENTH.timeline())),
                damaged,
                SYSTEM,
                new ReplayedTablespaces(data, 150000),
                1);
    }

    @AfterEach
    void close() throws IOException {
        feed.close();
    }

    /** PostgreSQL runs ahead of the feed where it finds files ready, and its wishes are read in any order. */
    @Test
    void aWishThatIsReadAfterTheOneThatFailedHidesNothing() throws IOException {
        ask(EIGHTH);
        awaitFailed(EIGHTH);
        String missing = "000000010000000000000009";
        Files.createFile(spool.resolve("want").resolve(missing));
        Awaitility.await()
                .atMost(BOUND)
                .until(() -> Files.exists(spool.resolve("missing").resolve(missing)));

        assertThat(feed.trouble()).get().asString().contains(EIGHTH.name());
    }

    private void ask(WalSegment segment) throws IOException {
        Files.createFile(spool.resolve("want").resolve(segment.name()));
    }

    private void awaitFailed(WalSegment segment) {
        Awaitility.await()
                .atMost(BOUND)
                .until(() -> Files.exists(spool.resolve("failed").resolve(segment.name())));
    }
}
