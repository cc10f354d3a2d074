package io.pgprimacy.worker.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParentTest {
    private static final Manifest.Source INSTANCE = instance(1, true, "replica");

    @Test
    void theLastBackupIsRestedUponAndForADifferentialTheLastFullOne() {
        List<Manifest> backups = List.of(backup(1, 1), backup(2, 2), backup(3, 3));
        assertThat(choose(BackupType.INCREMENTAL, backups)).isEqualTo(new Parent.Found(backups.get(2)));
        assertThat(choose(BackupType.DIFFERENTIAL, backups)).isEqualTo(new Parent.Found(backups.get(0)));
        assertThat(choose(BackupType.FULL, backups)).isInstanceOf(Parent.None.class);
    }

    @Test
    void aChainEnds() {
        assertThat(choose(BackupType.INCREMENTAL, List.of(backup(1, 6)))).isInstanceOf(Parent.Found.class);
        assertThat(why(choose(BackupType.INCREMENTAL, List.of(backup(1, 7))))).contains("7 backups long");
    }

    @Test
    void nothingRestsUponASuspectBackupOrOneOfAnotherLife() {
        Manifest suspect = backup(1, 1, INSTANCE, Incarnation.FIRST, 1);
        assertThat(why(choose(BackupType.INCREMENTAL, List.of(suspect)))).contains("no sound backup");
        Manifest other = backup(1, 1, INSTANCE, new Incarnation(2), 0);
        assertThat(why(choose(BackupType.INCREMENTAL, List.of(other)))).contains("no sound backup");
    }

    @Test
    void whatCouldChangePagesBehindTheParentsBackMakesAFullOne() {
        for (Manifest.Source before : List.of(
                instance(1, false, "replica"),
                instance(1, true, "logical"),
                new Manifest.Source(
                        new SystemIdentifier("8"), 150018, 16 << 20, true, false, "replica", new TimelineId(1)),
                new Manifest.Source(
                        new SystemIdentifier("7"), 150018, 16 << 20, true, true, "replica", new TimelineId(1)))) {
            Manifest parent = backup(1, 1, before, Incarnation.FIRST, 0);
            assertThat(why(choose(BackupType.INCREMENTAL, List.of(parent)))).contains("became another");
        }
    }

    /** On a quiet standby the start is its last restartpoint, which may be older than the parent's end. */
    @Test
    void aStartBeforeTheParentsEndMakesAFullOne() {
        Manifest parent = backup(1, 1);
        Parent.Now early = new Parent.Now(INSTANCE, new Lsn(0x1fff), new TreeMap<>());
        assertThat(why(Parent.choose(BackupType.INCREMENTAL, Incarnation.FIRST, List.of(parent), early)))
                .contains("after this backup's start");
    }

    /** The parent ends at 0/2000. */
    @Test
    void aParentOfAnEarlierTimelineMustLieInTheHistory() {
        Manifest parent = backup(1, 1);
        assertThat(onTimelineTwo(parent, Map.of(1, 0x2000L))).isInstanceOf(Parent.Found.class);
        assertThat(why(onTimelineTwo(parent, Map.of(1, 0x1fffL)))).contains("not in the history");
        assertThat(why(onTimelineTwo(parent, Map.of()))).contains("not in the history");
    }

    private static Parent onTimelineTwo(Manifest parent, Map<Integer, Long> ends) {
        SortedMap<TimelineId, Lsn> history = new TreeMap<>();
        ends.forEach((timeline, end) -> history.put(new TimelineId(timeline), new Lsn(end)));
        Parent.Now now = new Parent.Now(instance(2, true, "replica"), new Lsn(0x9000), history);
        return Parent.choose(BackupType.INCREMENTAL, Incarnation.FIRST, List.of(parent), now);
    }

    private static Parent choose(BackupType type, List<Manifest> backups) {
        Parent.Now now = new Parent.Now(INSTANCE, new Lsn(0x9000), new TreeMap<>());
        return Parent.choose(type, Incarnation.FIRST, backups, now);
    }

    private static String why(Parent parent) {
        assertThat(parent).isInstanceOf(Parent.None.class);
        return ((Parent.None) parent).because();
    }

    private static Manifest.Source instance(int timeline, boolean checksums, String walLevel) {
        return new Manifest.Source(
                new SystemIdentifier("7"), 150018, 16 << 20, checksums, false, walLevel, new TimelineId(timeline));
    }

    private static Manifest backup(int number, int chain) {
        return backup(number, chain, INSTANCE, Incarnation.FIRST, 0);
    }

    private static Manifest backup(int number, int chain, Manifest.Source source, Incarnation incarnation, int wrong) {
        BackupId id = new BackupId("20261123T155003Z-%08x".formatted(number));
        List<BackupId> ids = IntStream.range(1, chain + 1)
                .mapToObj(i -> i == chain ? id : new BackupId("20261122T155003Z-%08x".formatted(i)))
                .toList();
        Instant time = Instant.parse("2026-11-23T15:50:03Z");
        return new Manifest(
                Manifest.FORMAT,
                id,
                new ClusterId("demo"),
                incarnation,
                chain == 1 ? BackupType.FULL : BackupType.INCREMENTAL,
                ids,
                new NodeId("a"),
                source,
                List.of(),
                new Manifest.Position(new Lsn(0x1000), time),
                new Manifest.Position(new Lsn(0x2000), time),
                List.of(new Manifest.WalRange(source.timeline(), new Lsn(0x1000), new Lsn(0x2000))),
                true,
                1,
                new Manifest.Totals(1, 1, 1, 1, wrong),
                new StoredObject("objects", List.of(StoredObject.Part.of(new byte[0], 0))));
    }
}
