package io.pgprimacy.backup.recovery;

import static io.pgprimacy.backup.wal.SyntheticWal.SIZE;
import static io.pgprimacy.backup.wal.SyntheticWal.SYSTEM;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.bundle.WalObject;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.MasterKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.restore.WalArchive;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.RecoveryPath;
import io.pgprimacy.backup.wal.SyntheticWal;
import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.backup.wal.WalKeyId;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link WalFeed} and its script, run as PostgreSQL runs it, on an archive that counts what is read of it. */
class FedRecoveryTest {
    private static final int SEGMENTS = 30;
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final WalPlace PLACE = new WalPlace(new ClusterId("demo"), Incarnation.FIRST);
    private static final WalKeyId KEY_ID = new WalKeyId("20261123-3f9c02aa");
    private static final WalSegment FIRST = new WalSegment(new TimelineId(1), 7, SIZE);

    @TempDir
    Path data;

    private final Map<String, byte[]> objects = new HashMap<>();
    private final Map<String, Integer> reads = new ConcurrentHashMap<>();
    private Path spool;
    private WalFeed feed;

    @BeforeEach
    void setUp() throws IOException {
        DataKey key = DataKey.generate(RANDOM);
        MasterKeys masters = MasterKeys.of(MasterKey.generate(RANDOM));
        String scope = PLACE.keyScope(KEY_ID);
        objects.put(
                scope + "keys/" + masters.currentId() + ".json",
                Json.mapper().writeValueAsBytes(masters.wrap(key, scope)));
        WalInventory inventory = new WalInventory(PLACE, SIZE);
        for (WalSegment segment : segments()) {
            String name = PLACE.segment(segment);
            byte[] wal = SyntheticWal.segment(segment);
            ByteArrayOutputStream stored = new ByteArrayOutputStream();
            WalObject.write(KEY_ID, key, name, RANDOM, 1, out -> out.write(wal), stored);
            objects.put(name, stored.toByteArray());
            inventory.add(name, stored.size(), Instant.EPOCH);
        }
        WalArchive archive = new WalArchive(PLACE, masters, name -> {
            reads.merge(name, 1, Integer::sum);
            return new ByteArrayInputStream(Objects.requireNonNull(objects.get(name), name));
        });
        spool = data.resolve("spool");
        feed = new WalFeed(
                spool,
                new RecoveryPath(inventory, Ancestry.ofFirst(FIRST.timeline())),
                archive,
                SYSTEM,
                new ReplayedTablespaces(data, 150000),
                2);
    }

    private static List<WalSegment> segments() {
        return Stream.iterate(FIRST, WalSegment::next).limit(SEGMENTS).toList();
    }

    @AfterEach
    void close() throws IOException {
        feed.close();
    }

    /** Else a long recovery would fill the disk with what it is through with. */
    @Test
    void whatPostgresqlHasTakenIsNotFetchedAgain() throws Exception {
        for (WalSegment segment : segments()) {
            assertGiven(segment);
        }
        Awaitility.await()
                .atMost(BOUND)
                .untilAsserted(() -> assertThat(files("want")).isEmpty());
        assertThat(files("ready")).isEmpty();
        assertThat(segments()).allSatisfy(segment -> assertThat(reads).containsEntry(PLACE.segment(segment), 1));
        assertThat(feed.segments()).isEqualTo(SEGMENTS);
    }

    /** As a recovery that is begun again does. */
    @Test
    void whatIsAskedForOnceMoreIsGivenOnceMore() throws Exception {
        assertGiven(FIRST);
        assertGiven(FIRST.next());
        assertGiven(FIRST);
    }

    private void assertGiven(WalSegment segment) throws Exception {
        Path target = data.resolve("RECOVERYXLOG");
        String command = feed.restoreCommand().replace("%f", segment.name()).replace("%p", target.toString());
        Process script = new ProcessBuilder("sh", "-c", command).inheritIO().start();
        assertThat(script.waitFor()).isZero();
        assertThat(Files.readAllBytes(target)).isEqualTo(SyntheticWal.segment(segment));
        Files.delete(target);
    }

    private List<Path> files(String directory) throws IOException {
        try (Stream<Path> files = Files.list(spool.resolve(directory))) {
            return files.toList();
        }
    }
}
