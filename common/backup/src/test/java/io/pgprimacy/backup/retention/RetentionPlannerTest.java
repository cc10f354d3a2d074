package io.pgprimacy.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest.WalRange;
import io.pgprimacy.backup.retention.RetentionPlan.Goes;
import io.pgprimacy.backup.retention.RetentionPlan.Stays;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionPlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final TimelineId TIMELINE = new TimelineId(1);

    private final List<BackupFacts> backups = new ArrayList<>();

    @Test
    void aFullBackupGoesOnlyWithAllThatRestsOnIt() {
        BackupFacts old = full(9);
        BackupFacts oldIncrement = onTop(old, 8);
        BackupFacts full = full(3);
        BackupFacts increment = onTop(full, 2);
        RetentionPlan plan = plan(count(1));
        assertThat(plan.staying()).containsExactly(full, increment);
        assertThat(plan.going()).extracting(Goes::backup).containsExactly(oldIncrement, old);
    }

    @Test
    void aPinKeepsWhatItRestsOn() {
        BackupFacts old = full(9);
        BackupFacts pinned = pin(onTop(old, 8));
        BackupFacts between = onTop(old, 7);
        full(3);
        RetentionPlan plan = plan(count(1));
        assertThat(plan.staying()).contains(old, pinned).doesNotContain(between);
        assertThat(reasons(plan, old)).containsExactly(pinned + " rests on it");
        assertThat(reasons(plan, pinned)).containsExactly("it is pinned");
    }

    @Test
    void suspectBackupsDoNotCount() {
        BackupFacts good = full(9);
        BackupFacts suspect = wrong(full(3));
        RetentionPlan plan = plan(count(1));
        assertThat(plan.staying()).containsExactly(good, suspect);
        assertThat(reasons(plan, suspect)).containsExactly("no good backup came after it");
    }

    @Test
    void aSuspectBackupBeforeTheLastGoodOneGoesAndItsFlawIsSaid() {
        BackupFacts suspect = wrong(full(9));
        full(3);
        assertThat(plan(count(1)).going()).singleElement().satisfies(goes -> {
            assertThat(goes.backup()).isEqualTo(suspect);
            assertThat(goes.because())
                    .isEqualTo("it ended 9 days ago and no rule keeps it; 3 pages had wrong checksums");
        });
    }

    @Test
    void whereNothingIsGoodNothingGoes() {
        wrong(full(9));
        wrong(full(3));
        assertThat(plan(count(1)).going()).isEmpty();
    }

    @Test
    void aWindowKeepsTheBackupThatItBeginsOnAndTheWalSince() {
        full(30);
        BackupFacts base = full(9);
        BackupFacts inside = full(3);
        RetentionPlan plan = plan(new RetentionPolicy(0, Duration.ofDays(7), 0, 0, 0));
        assertThat(plan.staying()).containsExactly(base, inside);
        assertThat(keepsWal(plan, base.startLsn())).isTrue();
        assertThat(keepsWal(plan, base.startLsn().plus(-100))).isFalse();
    }

    @Test
    void daysWithoutBackupsAreNotCounted() {
        BackupFacts a = full(20);
        full(12);
        BackupFacts b = full(11);
        BackupFacts c = full(2);
        RetentionPlan plan = plan(new RetentionPolicy(0, Duration.ZERO, 2, 0, 0));
        assertThat(plan.staying()).containsExactly(b, c);
        assertThat(plan.going()).extracting(Goes::backup).contains(a);
    }

    @Test
    void anOldMonthKeepsTheWalOfItsOwnOnly() {
        BackupFacts october = full(40);
        BackupFacts november = full(1);
        RetentionPlan plan = plan(new RetentionPolicy(0, Duration.ZERO, 0, 0, 2));
        assertThat(plan.staying()).containsExactly(october, november);
        assertThat(keepsWal(plan, october.startLsn())).isTrue();
        assertThat(keepsWal(plan, october.startLsn().plus(1000))).isFalse();
        assertThat(keepsWal(plan, november.startLsn().plus(1000))).isTrue();
    }

    @Test
    void anEmptyPolicyIsRefused() {
        assertThatThrownBy(() -> new RetentionPolicy(0, Duration.ZERO, 0, 0, 0))
                .hasMessageContaining("the policy keeps nothing");
    }

    private static RetentionPolicy count(int full) {
        return new RetentionPolicy(full, Duration.ZERO, 0, 0, 0);
    }

    private RetentionPlan plan(RetentionPolicy policy) {
        return new RetentionPlanner().plan(backups, policy, NOW);
    }

    private static boolean keepsWal(RetentionPlan plan, Lsn from) {
        return plan.keepsWal(Incarnation.FIRST, TIMELINE, from, from.plus(16));
    }

    private static List<String> reasons(RetentionPlan plan, BackupFacts backup) {
        return plan.verdicts().stream()
                .filter(v -> v.backup().equals(backup))
                .map(v -> ((Stays) v).because())
                .findFirst()
                .orElseThrow();
    }

    private BackupFacts full(int daysAgo) {
        return add(BackupType.FULL, List.of(), daysAgo, 0, false);
    }

    private BackupFacts onTop(BackupFacts parent, int daysAgo) {
        return add(BackupType.INCREMENTAL, parent.chain(), daysAgo, 0, false);
    }

    private BackupFacts wrong(BackupFacts backup) {
        return again(backup, 3, false);
    }

    private BackupFacts pin(BackupFacts backup) {
        return again(backup, 0, true);
    }

    private BackupFacts again(BackupFacts b, long wrongPages, boolean pinned) {
        backups.remove(b);
        int daysAgo = (int) Duration.between(b.stopped(), NOW).toDays();
        return add(b.type(), b.chain().subList(0, b.chain().size() - 1), daysAgo, wrongPages, pinned);
    }

    private BackupFacts add(BackupType type, List<BackupId> below, int daysAgo, long wrongPages, boolean pinned) {
        Instant at = NOW.minus(Duration.ofDays(daysAgo));
        BackupId id = BackupId.at(at, daysAgo);
        List<BackupId> chain = new ArrayList<>(below);
        chain.add(id);
        Lsn start = new Lsn(1_000_000L - 10_000L * daysAgo);
        BackupFacts backup = new BackupFacts(
                Incarnation.FIRST,
                id,
                type,
                chain,
                at,
                at,
                start,
                List.of(new WalRange(TIMELINE, start, start.plus(100))),
                false,
                wrongPages,
                false,
                pinned);
        backups.add(backup);
        return backup;
    }
}
