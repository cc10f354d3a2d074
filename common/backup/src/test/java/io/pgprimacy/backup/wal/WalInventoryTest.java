package io.pgprimacy.backup.wal;

import static io.pgprimacy.backup.wal.SyntheticWal.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.wal.WalInventory.Slice;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WalInventoryTest {
    private static final Instant NOW = Instant.parse("2026-11-23T15:50:03Z");
    private static final TimelineId ONE = new TimelineId(1);

    private final WalPlace place = new WalPlace(new ClusterId("demo"), Incarnation.FIRST);
    private final WalInventory inventory = new WalInventory(place, SIZE);

    @Test
    void neighboursAreOneRangeAndWhatIsMissingIsAHole() {
        for (long number : new long[] {3, 4, 5, 8, 9}) {
            add(place.segment(segment(number)));
        }
        var timeline = inventory.timeline(ONE).orElseThrow();
        assertThat(timeline.segments())
                .extracting(LsnRange::toString)
                .containsExactly("0/300000..0/600000", "0/800000..0/A00000");
        assertThat(LsnRange.between(timeline.coverage()))
                .extracting(LsnRange::toString)
                .containsExactly("0/600000..0/800000");
        assertThat(timeline.endFrom(Lsn.parse("0/3000F8"))).contains(Lsn.parse("0/600000"));
        assertThat(timeline.endFrom(Lsn.parse("0/600000"))).isEmpty();
    }

    @Test
    void slicesContinueWhatIsWhole() {
        add(place.segment(segment(3)));
        add(place.slice(segment(4), 0, 100));
        add(place.slice(segment(4), 100, 5000));
        assertThat(inventory.timeline(ONE).orElseThrow().endFrom(Lsn.parse("0/300000")))
                .contains(new Lsn(4 * SIZE + 5000));
        assertThat(inventory.slicedUpTo(segment(4))).isEqualTo(5000);
    }

    @Test
    void slicesOfAWholeSegmentDoNotCount() {
        add(place.segment(segment(3)));
        add(place.slice(segment(3), 0, 100));
        assertThat(inventory.slices(segment(3))).isEmpty();
    }

    @Test
    void slicesAreFollowedOnlyAsFarAsTheyTouch() {
        add(place.slice(segment(4), 0, 100));
        add(place.slice(segment(4), 200, 300));
        add(place.slice(segment(4), 50, 150));
        assertThat(inventory.slices(segment(4)))
                .isEqualTo(List.of(new Slice(segment(4), 0, 100), new Slice(segment(4), 50, 150)));
        assertThat(inventory.timeline(ONE).orElseThrow().coverage()).hasSize(2);
    }

    @Test
    void slicesWithoutABeginningMakeNoSegment() {
        add(place.slice(segment(4), 100, 200));
        assertThat(inventory.slicedUpTo(segment(4))).isZero();
    }

    @Test
    void historyAndPartialAreKnown() {
        add(place.history(new TimelineId(2)));
        add(place.partial(segment(5)));
        assertThat(inventory.timeline(new TimelineId(2)).orElseThrow().hasHistory())
                .isTrue();
        assertThat(inventory.hasPartial(segment(5))).isTrue();
        assertThat(inventory.isWhole(segment(5))).isFalse();
    }

    @Test
    void foreignNamesArePassedOver() {
        add(place.directory() + "00000001/segments/000000020000000000000003");
        add(place.directory() + "00000001/slices/000000010000000000000004/00000100-00000100");
        add(place.directory() + "00000001/slices/000000010000000000000004/00000100-00200000");
        add(place.directory() + "days/20261123-3f9c02aa/keys/3f9c02aa3f9c02aa.json");
        add("clusters/other/1/wal/00000001/segments/000000010000000000000003");
        assertThat(inventory.timelines().values())
                .allSatisfy(timeline -> assertThat(timeline.coverage()).isEmpty());
    }

    private void add(String name) {
        inventory.add(name, 1000, NOW);
    }

    private static WalSegment segment(long number) {
        return new WalSegment(ONE, number, SIZE);
    }
}
