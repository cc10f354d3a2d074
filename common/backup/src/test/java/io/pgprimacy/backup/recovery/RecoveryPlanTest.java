package io.pgprimacy.backup.recovery;

import static io.pgprimacy.backup.wal.SyntheticWal.SIZE;
import static io.pgprimacy.backup.wal.SyntheticWal.SYSTEM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.RecoveryPath;
import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Backups end in segments 2 and 6 of timeline 1, which became 2 in segment 8; WAL reaches to the end of segment 9. */
class RecoveryPlanTest {
    private static final TimelineId ONE = new TimelineId(1);
    private static final TimelineId TWO = new TimelineId(2);
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final WalPlace place = new WalPlace(new ClusterId("demo"), Incarnation.FIRST);
    private final WalInventory inventory = new WalInventory(place, SIZE);
    private final List<Manifest> backups = new ArrayList<>(List.of(backup(1, ONE, 2), backup(2, ONE, 6)));
    private Ancestry ancestry = Ancestry.parse(TWO, "1\t" + new Lsn(8 * SIZE + 100) + "\twhy\n");

    RecoveryPlanTest() {
        for (long number = 1; number < 10; number++) {
            store(new WalSegment(number < 8 ? ONE : TWO, number, SIZE));
        }
    }

    @Test
    void theLastBackupBeforeTheTargetIsChosen() {
        assertThat(plan("latest").backup()).isEqualTo(backups.getLast());
        assertThat(plan(new Lsn(5 * SIZE).toString()).backup()).isEqualTo(backups.getFirst());
        assertThat(plan("2026-11-23T14:30:00Z").backup()).isEqualTo(backups.getFirst());
        assertThat(plan("2026-11-23T18:00:00Z").backup()).isEqualTo(backups.getLast());
        assertThat(plan("latest").reach()).isEqualTo(new Lsn(10 * SIZE));
        assertThat(plan("latest").firstSegment()).contains(new WalSegment(ONE, 6, SIZE));
    }

    @Test
    void aTimeWithinTheSecondInWhichTheNewestWasStoredIsAllowed() {
        assertThat(plan("2026-11-23T22:00:00.900Z").reach()).isEqualTo(new Lsn(10 * SIZE));
        assertThatThrownBy(() -> plan("2026-11-23T22:00:01.100Z")).isInstanceOf(RestoreRefused.class);
    }

    @Test
    void aBackupAfterTheSwitchDoesNotLeadToTheOtherTimeline() {
        backups.add(backup(3, TWO, 9));
        assertThat(plan("latest").backup().id()).isEqualTo(backups.getLast().id());
        ancestry = Ancestry.ofFirst(ONE);
        assertThat(plan("latest").backup()).isEqualTo(backups.get(1));
        assertThat(plan("latest").reach()).isEqualTo(new Lsn(8 * SIZE));
    }

    @Test
    void aBackupOfWalThatDidNotBecomeHistoryIsNotChosen() {
        backups.add(backup(3, ONE, 9));
        assertThat(plan("latest").backup()).isEqualTo(backups.get(1));
    }

    @Test
    void outsideOfTheWindowIsRefusedWithTheWindow() {
        for (String target :
                List.of("0/100", "2026-11-23T12:30:00Z", new Lsn(11 * SIZE).toString(), "2026-11-23T23:30:00Z")) {
            assertThatThrownBy(() -> plan(target))
                    .as(target)
                    .isInstanceOf(RestoreRefused.class)
                    .satisfies(e ->
                            assertThat(((RestoreRefused) e).hint()).contains("one can recover from 2026-11-23T14"));
        }
    }

    @Test
    void aHoleIsNamedAndWhatIsBeforeItCanBeReached() {
        WalInventory holed = new WalInventory(place, SIZE);
        for (long number : new long[] {6, 7}) {
            holed.add(place.segment(new WalSegment(ONE, number, SIZE)), 1, NOON);
        }
        holed.add(place.segment(new WalSegment(TWO, 9, SIZE)), 1, NOON.plus(Duration.ofHours(11)));
        RecoveryPath path = new RecoveryPath(holed, ancestry);
        assertThatThrownBy(() -> choose("latest", path))
                .isInstanceOf(RestoreRefused.class)
                .hasMessageContaining("WAL is missing from 0/800000 on");
        assertThat(choose("0/800000", path).complete()).isFalse();
    }

    @Test
    void aTransactionDoesNotSayAfterWhichBackupItWas() {
        assertThatThrownBy(() -> plan("xid:800"))
                .isInstanceOf(RestoreRefused.class)
                .hasMessageContaining("after which backup");
        RecoveryPlan named = RecoveryPlan.choose(
                RecoveryTarget.parse("xid:800"),
                true,
                new RecoveryPath(inventory, ancestry),
                backups,
                Optional.of(backups.getFirst().id().value()));
        assertThat(named.backup()).isEqualTo(backups.getFirst());
    }

    private RecoveryPlan plan(String target) {
        return choose(target, new RecoveryPath(inventory, ancestry));
    }

    private RecoveryPlan choose(String target, RecoveryPath path) {
        return RecoveryPlan.choose(RecoveryTarget.parse(target), true, path, backups, Optional.empty());
    }

    private void store(WalSegment segment) {
        inventory.add(place.segment(segment), 1, NOON.plus(Duration.ofHours(segment.number() + 1)));
    }

    private static Manifest backup(int number, TimelineId timeline, long segment) {
        BackupId id = new BackupId("20261123T155003Z-%08x".formatted(number));
        Lsn stop = new Lsn(segment * SIZE + 5000);
        Instant at = NOON.plus(Duration.ofHours(segment));
        return new Manifest(
                1,
                id,
                new ClusterId("demo"),
                Incarnation.FIRST,
                BackupType.FULL,
                List.of(id),
                new NodeId("a"),
                new Manifest.Source(SYSTEM, 150018, SIZE, true, true, "replica", timeline),
                List.of(),
                new Manifest.Position(new Lsn(segment * SIZE), at),
                new Manifest.Position(stop, at),
                List.of(new Manifest.WalRange(timeline, new Lsn(segment * SIZE), stop)),
                true,
                1,
                new Manifest.Totals(0, 0, 0, 0, 0),
                new StoredObject("objects", List.of(new StoredObject.Part(0, "0".repeat(64)))));
    }
}
