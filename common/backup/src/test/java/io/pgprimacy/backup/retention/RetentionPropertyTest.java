package io.pgprimacy.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.retention.RetentionPlan.Goes;
import io.pgprimacy.backup.retention.RetentionPlan.Stays;
import io.pgprimacy.backup.retention.RetentionPlan.Verdict;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Random histories under random policies against {@link RetentionOracle}; and planners with one thing wrong, each of which it must catch. */
class RetentionPropertyTest {
    private static final int SEEDS = 300;

    @FunctionalInterface
    private interface Planner {
        RetentionPlan plan(Collection<BackupFacts> backups, RetentionPolicy policy, Instant now);
    }

    @Test
    void nothingThatIsNeededEverGoes() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(violations(seed, new RetentionPlanner()::plan))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    /** Up to the first byte that anything needs, and in some histories there is something before it. */
    @Test
    void theHorizonOfTheWalLetsNothingGoThatIsNeeded() {
        boolean anyGoes = false;
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomHistory history = new RandomHistory(seed);
            RetentionPlan plan = new RetentionPlanner().plan(history.backups, history.policy(), history.now);
            WalHorizon eventually = WalHorizon.eventually(plan);
            WalHorizon now = WalHorizon.now(plan, history.backups);
            for (WalNeed need : plan.wal()) {
                Lsn needed = needed(need).plus(1);
                assertThat(eventually.goes(need.incarnation(), needed))
                        .as("seed %d", seed)
                        .isFalse();
                assertThat(now.goes(need.incarnation(), needed))
                        .as("seed %d", seed)
                        .isFalse();
                anyGoes |= eventually.goes(need.incarnation(), needed(need));
            }
            for (Goes goes : plan.going()) {
                BackupFacts backup = goes.backup();
                assertThat(now.goes(backup.incarnation(), backup.startLsn().plus(1)))
                        .as("seed %d: it may still be pinned", seed)
                        .isFalse();
            }
        }
        assertThat(anyGoes).isTrue();
    }

    private static Lsn needed(WalNeed need) {
        return switch (need) {
            case WalNeed.Since since -> since.from();
            case WalNeed.Between between -> between.range().start();
        };
    }

    @TestFactory
    Stream<DynamicTest> aPlannerWithoutOneOfItsRulesIsCaught() {
        return EnumSet.allOf(KeepRule.class).stream().map(rule -> {
            EnumSet<KeepRule> others = EnumSet.allOf(KeepRule.class);
            others.remove(rule);
            return caught("without " + rule, new RetentionPlanner(others)::plan);
        });
    }

    @TestFactory
    Stream<DynamicTest> aBrokenPlannerIsCaught() {
        RetentionPlanner sound = new RetentionPlanner();
        return Stream.of(
                caught(
                        "suspect backups count as good",
                        (backups, policy, now) -> relabel(
                                sound.plan(each(backups, b -> copy(b, b.incarnation(), 0, b.damaged())), policy, now),
                                backups)),
                caught(
                        "damaged backups count as good",
                        (backups, policy, now) -> relabel(
                                sound.plan(
                                        each(backups, b -> copy(b, b.incarnation(), b.wrongPages(), false)),
                                        policy,
                                        now),
                                backups)),
                caught(
                        "one full backup fewer",
                        (backups, policy, now) -> sound.plan(
                                backups, with(policy, Math.max(0, policy.full() - 1), policy.window()), now)),
                caught(
                        "a window that is a day too short",
                        (backups, policy, now) ->
                                sound.plan(backups, with(policy, policy.full(), shorter(policy.window())), now)),
                caught(
                        "lives are mixed up",
                        (backups, policy, now) -> relabel(
                                sound.plan(
                                        each(backups, b -> copy(b, Incarnation.FIRST, b.wrongPages(), b.damaged())),
                                        policy,
                                        now),
                                backups)),
                caught(
                        "the window has no beginning",
                        (backups, policy, now) -> drop(sound.plan(backups, policy, now), "recovery to the beginning")),
                caught(
                        "no WAL",
                        (backups, policy, now) -> new RetentionPlan(
                                sound.plan(backups, policy, now).verdicts(), List.of())),
                caught("WAL from the end of a backup only", (backups, policy, now) -> {
                    RetentionPlan plan = sound.plan(backups, policy, now);
                    return new RetentionPlan(
                            plan.verdicts(),
                            plan.wal().stream()
                                    .map(RetentionPropertyTest::later)
                                    .toList());
                }),
                caught(
                        "everything stays",
                        (backups, policy, now) -> new RetentionPlan(
                                backups.stream()
                                        .map(b -> (Verdict) new Stays(b, List.of("why not")))
                                        .toList(),
                                sound.plan(backups, policy, now).wal())));
    }

    private static DynamicTest caught(String name, Planner broken) {
        return DynamicTest.dynamicTest(name, () -> {
            for (long seed = 0; seed < SEEDS; seed++) {
                if (!violations(seed, broken).isEmpty()) {
                    return;
                }
            }
            throw new AssertionError("nobody noticed in " + SEEDS + " histories: " + name);
        });
    }

    private static List<String> violations(long seed, Planner planner) {
        RandomHistory history = new RandomHistory(seed);
        RetentionPolicy policy = history.policy();
        return RetentionOracle.violations(history, policy, planner.plan(history.backups, policy, history.now));
    }

    private static RetentionPolicy with(RetentionPolicy policy, int full, Duration window) {
        boolean none = full + policy.daily() + policy.weekly() + policy.monthly() == 0 && window.isZero();
        return new RetentionPolicy(full, window, none ? 1 : policy.daily(), policy.weekly(), policy.monthly());
    }

    private static Duration shorter(Duration window) {
        return window.compareTo(Duration.ofDays(1)) > 0 ? window.minusDays(1) : window;
    }

    private static WalNeed later(WalNeed need) {
        return switch (need) {
            case WalNeed.Since since ->
                new WalNeed.Since(since.incarnation(), since.from().plus(7200), since.why());
            case WalNeed.Between between -> between;
        };
    }

    @FunctionalInterface
    private interface Change {
        BackupFacts of(BackupFacts backup);
    }

    private static List<BackupFacts> each(Collection<BackupFacts> backups, Change change) {
        return backups.stream().map(change::of).toList();
    }

    private static BackupFacts copy(BackupFacts b, Incarnation incarnation, long wrongPages, boolean damaged) {
        return new BackupFacts(
                incarnation,
                b.id(),
                b.type(),
                b.chain(),
                b.started(),
                b.stopped(),
                b.startLsn(),
                b.walRanges(),
                b.walIncluded(),
                wrongPages,
                damaged,
                b.pinned());
    }

    /** The plan about the backups as they really are. */
    private static RetentionPlan relabel(RetentionPlan plan, Collection<BackupFacts> real) {
        TreeMap<String, BackupFacts> byId = new TreeMap<>();
        real.forEach(b -> byId.put(b.id().value(), b));
        List<Verdict> verdicts = new ArrayList<>();
        for (Verdict verdict : plan.verdicts()) {
            BackupFacts backup = byId.get(verdict.backup().id().value());
            verdicts.add(
                    switch (verdict) {
                        case Stays stays -> new Stays(backup, stays.because());
                        case Goes goes -> new Goes(backup, goes.because());
                    });
        }
        return new RetentionPlan(verdicts, plan.wal());
    }

    private static RetentionPlan drop(RetentionPlan plan, String reason) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Verdict verdict : plan.verdicts()) {
            boolean only =
                    verdict instanceof Stays stays && stays.because().stream().allMatch(why -> why.startsWith(reason));
            verdicts.add(only ? new Goes(verdict.backup(), "") : verdict);
        }
        return new RetentionPlan(verdicts, plan.wal());
    }
}
