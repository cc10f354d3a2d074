package io.pgprimacy.backup.wal;

import static io.pgprimacy.backup.wal.SyntheticWal.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.wal.RecoveryPath.Made;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Timeline 1 became 2 in the middle of segment 5. */
class RecoveryPathTest {
    private static final TimelineId ONE = new TimelineId(1);
    private static final TimelineId TWO = new TimelineId(2);
    private static final Lsn SWITCH = new Lsn(5 * SIZE + 4096);
    private static final Lsn START = new Lsn(3 * SIZE + 40);

    private final WalPlace place = new WalPlace(new ClusterId("demo"), Incarnation.FIRST);
    private final WalInventory inventory = new WalInventory(place, SIZE);
    private final RecoveryPath toTwo =
            new RecoveryPath(inventory, Ancestry.parse(TWO, "1\t" + SWITCH + "\tno recovery target specified\n"));
    private final RecoveryPath toOne = new RecoveryPath(inventory, Ancestry.ofFirst(ONE));

    @Test
    void theNextTimelineGoesOnWhereTheOldOneEnds() {
        whole(ONE, 3, 4);
        whole(TWO, 5, 6);
        assertThat(toTwo.reach(ONE, START)).isEqualTo(new Lsn(7 * SIZE));
        assertThat(toOne.reach(ONE, START)).isEqualTo(new Lsn(5 * SIZE));
    }

    @Test
    void slicesOfTheNewTimelineWillDo() {
        whole(ONE, 3, 4);
        slice(TWO, 5, 0, 9000);
        assertThat(toTwo.reach(ONE, START)).isEqualTo(new Lsn(5 * SIZE + 9000));
        assertThat(toTwo.made(segment(TWO, 5))).isEqualTo(Made.SLICES);
    }

    @Test
    void aHoleBeforeTheSwitchIsTheEnd() {
        whole(ONE, 3);
        whole(TWO, 5, 6);
        assertThat(toTwo.reach(ONE, START)).isEqualTo(new Lsn(4 * SIZE));
    }

    @Test
    void aHoleInTheNewTimelineIsTheEnd() {
        whole(ONE, 3, 4);
        whole(TWO, 5, 7);
        assertThat(toTwo.reach(ONE, START)).isEqualTo(new Lsn(6 * SIZE));
    }

    @Test
    void withoutAnythingOfTheNewTimelineTheOldOneLeadsToTheSwitchAndNotBeyond() {
        whole(ONE, 3, 4, 5, 6);
        assertThat(toTwo.reach(ONE, START)).isEqualTo(SWITCH);
        assertThat(toOne.reach(ONE, START)).isEqualTo(new Lsn(7 * SIZE));
    }

    @Test
    void whatTheOldPrimaryWroteAfterTheSwitchIsNotGiven() {
        whole(ONE, 3, 4, 5, 6);
        assertThat(toTwo.made(segment(ONE, 5))).isEqualTo(Made.WHOLE);
        assertThat(toTwo.made(segment(ONE, 6))).isEqualTo(Made.MISSING);
        assertThat(toOne.made(segment(ONE, 6))).isEqualTo(Made.WHOLE);
    }

    @Test
    void aTimelineThatIsNoAncestorIsNotGiven() {
        whole(new TimelineId(3), 5);
        inventory.add(place.history(new TimelineId(3)), 10, Instant.EPOCH);
        assertThat(toTwo.made(segment(new TimelineId(3), 5))).isEqualTo(Made.MISSING);
        assertThat(toTwo.hasHistory(new TimelineId(3))).isFalse();
    }

    @Test
    void slicesGoBeforeThePartialSegment() {
        whole(ONE, 3, 4);
        inventory.add(place.partial(segment(ONE, 5)), 10, Instant.EPOCH);
        assertThat(toOne.made(segment(ONE, 5))).isEqualTo(Made.PARTIAL);
        assertThat(toTwo.reach(ONE, START)).isEqualTo(SWITCH);
        slice(ONE, 5, 0, 5000);
        assertThat(toOne.made(segment(ONE, 5))).isEqualTo(Made.SLICES);
    }

    @Test
    void aBackupOfTheNewTimelineNeedsNothingOfTheOldOne() {
        whole(TWO, 5, 6);
        assertThat(toTwo.reach(TWO, SWITCH.plus(100))).isEqualTo(new Lsn(7 * SIZE));
    }

    @Test
    void theSegmentInWhichATimelineBeganIsTakenOfThatTimeline() {
        whole(ONE, 3, 4, 5);
        slice(TWO, 5, 0, 9000);
        assertThat(toTwo.onNewest(segment(ONE, 4))).contains(segment(ONE, 4));
        assertThat(toTwo.onNewest(segment(ONE, 5))).contains(segment(TWO, 5));
        assertThat(toTwo.onNewest(segment(ONE, 6))).isEmpty();
        assertThat(toOne.onNewest(segment(ONE, 5))).contains(segment(ONE, 5));
    }

    /** Its keeper was killed while it stored the segment's beginning, which is the old timeline's. */
    @Test
    void lessOfTheNewTimelineThanUpToTheSwitchIsNotTakenWhereTheOldOneLeadsFurther() {
        whole(ONE, 3, 4);
        slice(ONE, 5, 0, 8192);
        slice(TWO, 5, 0, 4000);
        assertThat(toTwo.made(segment(TWO, 5))).isEqualTo(Made.MISSING);
        assertThat(toTwo.onNewest(segment(ONE, 5))).contains(segment(ONE, 5));
        assertThat(toTwo.reach(ONE, START)).isEqualTo(SWITCH);
    }

    @Test
    void whatTheOldPrimaryWroteAfterTheSwitchIsZerosInTheSegmentWithTheSwitch() {
        byte[] before = filled();
        assertThat(toTwo.upToTheSwitch(segment(ONE, 4), filled())).isEqualTo(before);
        assertThat(toTwo.upToTheSwitch(segment(TWO, 5), filled())).isEqualTo(before);

        byte[] cut = toTwo.upToTheSwitch(segment(ONE, 5), filled());

        Arrays.fill(before, 4096, before.length, (byte) 0);
        assertThat(cut).isEqualTo(before);
    }

    private static byte[] filled() {
        byte[] content = new byte[(int) SIZE];
        Arrays.fill(content, (byte) 7);
        return content;
    }

    @Test
    void itIsTakenWhereTheOldOneHasEvenLess() {
        whole(ONE, 3, 4);
        slice(ONE, 5, 0, 2000);
        slice(TWO, 5, 0, 4000);
        assertThat(toTwo.made(segment(TWO, 5))).isEqualTo(Made.SLICES);
        assertThat(toTwo.reach(ONE, START)).isEqualTo(new Lsn(5 * SIZE + 4000));
    }

    /** The second of them stored hardly anything, and the third has all of the segment. */
    @Test
    void ofThreeTimelinesThatBeganInOneSegmentTheNewestThatLeadsOnIsTaken() {
        TimelineId three = new TimelineId(3);
        Lsn again = SWITCH.plus(1000);
        RecoveryPath toThree =
                new RecoveryPath(inventory, Ancestry.parse(three, "1\t" + SWITCH + "\n2\t" + again + "\n"));
        whole(ONE, 3, 4, 5);
        slice(TWO, 5, 0, 4000);
        assertThat(toThree.reach(ONE, START)).isEqualTo(SWITCH);
        slice(three, 5, 0, 9000);
        assertThat(toThree.onNewest(segment(ONE, 5))).contains(segment(three, 5));
        assertThat(toThree.reach(ONE, START)).isEqualTo(new Lsn(5 * SIZE + 9000));
    }

    private void whole(TimelineId timeline, long... numbers) {
        for (long number : numbers) {
            inventory.add(place.segment(segment(timeline, number)), 10, Instant.EPOCH);
        }
    }

    private void slice(TimelineId timeline, long number, long from, long to) {
        inventory.add(place.slice(segment(timeline, number), from, to), 10, Instant.EPOCH);
    }

    private static WalSegment segment(TimelineId timeline, long number) {
        return new WalSegment(timeline, number, SIZE);
    }
}
