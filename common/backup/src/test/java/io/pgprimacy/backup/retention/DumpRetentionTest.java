package io.pgprimacy.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.retention.DumpRetention.Facts;
import io.pgprimacy.backup.retention.DumpRetention.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DumpRetentionTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final List<Facts> dumps = new ArrayList<>();

    @Test
    void theNewestStay() {
        dump(3).dump(2).dump(1);

        assertThat(staying(full(2))).containsExactly(2, 3);
        assertThat(plan(full(2)).getFirst().because()).containsExactly("no rule keeps this dump of all databases");
    }

    @Test
    void theLastWholeOneNeverGoes() {
        dump(40).dump(30).damaged(20);

        assertThat(staying(new RetentionPolicy(0, Duration.ofDays(1), 0, 0, 0))).containsExactly(2);
    }

    @Test
    void whereNoneIsWholeNoneGoes() {
        damaged(40).damaged(30);

        assertThat(staying(full(1))).containsExactly(1, 2);
    }

    @Test
    void aDumpOfOneDatabaseDoesNotPushOutOneOfAll() {
        dump(3).of(2, "a").of(1, "b");

        assertThat(staying(full(1))).containsExactly(1, 2, 3);
    }

    @Test
    void theOrderInWhichDatabasesWereNamedMakesNoOtherSeries() {
        of(2, "a", "b").of(1, "b", "a");

        assertThat(staying(full(1))).containsExactly(2);
    }

    @Test
    void whatIsPinnedStays() {
        pinned(3).dump(2).dump(1);

        assertThat(staying(full(1))).containsExactly(1, 3);
    }

    @Test
    void whatEndedWithinTheWindowStaysAndNothingBeforeIt() {
        dump(9).dump(8).dump(2).dump(1);

        assertThat(staying(new RetentionPolicy(0, Duration.ofDays(3), 0, 0, 0))).containsExactly(3, 4);
    }

    @Test
    void theNewestOfEachDayWeekAndMonthStays() {
        dump(70).dump(40).dump(8).dump(1);

        assertThat(staying(new RetentionPolicy(0, Duration.ZERO, 2, 0, 0))).containsExactly(3, 4);
        assertThat(staying(new RetentionPolicy(0, Duration.ZERO, 0, 3, 0))).containsExactly(2, 3, 4);
        assertThat(staying(new RetentionPolicy(0, Duration.ZERO, 0, 0, 3))).containsExactly(1, 2, 4);
    }

    private DumpRetentionTest dump(int daysAgo) {
        return add(daysAgo, false, false, List.of());
    }

    private DumpRetentionTest of(int daysAgo, String... databases) {
        return add(daysAgo, false, false, List.of(databases));
    }

    private DumpRetentionTest damaged(int daysAgo) {
        return add(daysAgo, true, false, List.of());
    }

    private DumpRetentionTest pinned(int daysAgo) {
        return add(daysAgo, false, true, List.of());
    }

    private DumpRetentionTest add(int daysAgo, boolean damaged, boolean pinned, List<String> databases) {
        Instant ended = NOW.minus(Duration.ofDays(daysAgo));
        dumps.add(
                new Facts(Incarnation.FIRST, BackupId.at(ended, dumps.size() + 1), databases, ended, damaged, pinned));
        return this;
    }

    private static RetentionPolicy full(int number) {
        return new RetentionPolicy(number, Duration.ZERO, 0, 0, 0);
    }

    private List<Verdict> plan(RetentionPolicy policy) {
        return DumpRetention.plan(dumps, policy, NOW);
    }

    /** By the order in which they were made, from 1. */
    private List<Integer> staying(RetentionPolicy policy) {
        return plan(policy).stream()
                .filter(Verdict::stays)
                .map(v -> dumps.indexOf(v.dump()) + 1)
                .toList();
    }
}
