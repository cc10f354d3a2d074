package io.pgprimacy.backup.retention;

import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.retention.RandomHistory.Life;
import io.pgprimacy.backup.retention.RandomHistory.Segment;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What must be true of every plan, said in another way than the planner computes it: by what can be recovered before and after. */
final class RetentionOracle {
    private final RandomHistory history;
    private final RetentionPolicy policy;
    private final RetentionPlan plan;
    private final List<BackupFacts> kept;
    private final List<String> violations = new ArrayList<>();

    private RetentionOracle(RandomHistory history, RetentionPolicy policy, RetentionPlan plan) {
        this.history = history;
        this.policy = policy;
        this.plan = plan;
        this.kept = plan.staying();
    }

    static List<String> violations(RandomHistory history, RetentionPolicy policy, RetentionPlan plan) {
        RetentionOracle oracle = new RetentionOracle(history, policy, plan);
        oracle.chainsAreWhole();
        oracle.pinsStay();
        oracle.theLastGoodStays();
        oracle.whatIsKeptIsConsistent();
        oracle.theWindowIsRecoverable();
        oracle.theCountIsKept();
        oracle.aPeriodIsKept("day", policy.daily(), date -> date.toString());
        oracle.aPeriodIsKept(
                "week",
                policy.weekly(),
                date -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                        .toString());
        oracle.aPeriodIsKept("month", policy.monthly(), date -> "" + date.getLong(ChronoField.PROLEPTIC_MONTH));
        oracle.whatGoesHasNoReasonToStay();
        oracle.dependantsGoFirst();
        return oracle.violations;
    }

    private void chainsAreWhole() {
        for (BackupFacts backup : kept) {
            links(backup)
                    .filter(link -> !kept.contains(link))
                    .forEach(link -> violations.add(backup + " stays and " + link + ", on which it rests, goes"));
        }
    }

    private void pinsStay() {
        history.backups.stream()
                .filter(b -> b.pinned() && !kept.contains(b))
                .forEach(b -> violations.add("pinned " + b + " goes"));
    }

    private void theLastGoodStays() {
        Optional<BackupFacts> last = history.backups.stream().filter(this::good).max(Comparator.naturalOrder());
        last.filter(b -> !kept.contains(b)).ifPresent(b -> violations.add("the last good backup " + b + " goes"));
        if (last.isEmpty() && kept.size() < history.backups.size()) {
            violations.add("no backup is good and yet some go");
        }
        recoverableStays(moment -> moment.equals(history.now.minusSeconds(1)), "the present");
    }

    private void whatIsKeptIsConsistent() {
        for (BackupFacts backup : kept) {
            if (!backup.walIncluded() && !reaches(backup, backup.stopped(), this::keptWal)) {
                violations.add("WAL that makes " + backup + " consistent goes");
            }
        }
    }

    private void theWindowIsRecoverable() {
        Instant begin = history.now.minus(policy.window());
        if (!policy.window().isZero()) {
            recoverableStays(moment -> !moment.isBefore(begin), "the window");
        }
    }

    private void theCountIsKept() {
        List<BackupFacts> fulls = history.backups.stream()
                .filter(b -> b.type() == BackupType.FULL && good(b))
                .sorted(Comparator.reverseOrder())
                .limit(policy.full())
                .toList();
        for (BackupFacts full : fulls) {
            if (!kept.contains(full)) {
                violations.add("counted " + full + " goes");
            }
            history.backups.stream()
                    .filter(b -> b.incarnation().equals(full.incarnation())
                            && b.chain().getFirst().equals(full.id())
                            && !kept.contains(b))
                    .forEach(b -> violations.add(b + " goes, which rests on counted " + full));
            Life life = life(full);
            recoverableStays(moment -> life.has(moment) && !moment.isBefore(full.stopped()), "since counted " + full);
        }
    }

    private void aPeriodIsKept(String name, int count, Function<LocalDate, String> period) {
        TreeMap<Instant, String> found = new TreeMap<>(Comparator.reverseOrder());
        history.backups.stream()
                .filter(this::good)
                .forEach(b -> found.put(b.stopped(), period.apply(LocalDate.ofInstant(b.stopped(), ZoneOffset.UTC))));
        for (String one : found.values().stream().distinct().limit(count).toList()) {
            boolean any = kept.stream()
                    .anyMatch(b -> good(b)
                            && period.apply(LocalDate.ofInstant(b.stopped(), ZoneOffset.UTC))
                                    .equals(one));
            if (!any) {
                violations.add("nothing good stays of " + name + " " + one);
            }
        }
    }

    /** A planner that keeps everything must not pass. */
    private void whatGoesHasNoReasonToStay() {
        boolean onlyMonths = policy.full() + policy.daily() + policy.weekly() == 0
                && policy.window().isZero();
        if (!onlyMonths || history.backups.stream().noneMatch(this::good)) {
            return;
        }
        BackupFacts last = history.backups.stream()
                .filter(this::good)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        long unasked = kept.stream()
                .filter(b -> !b.pinned() && b.compareTo(last) < 0)
                .filter(b -> kept.stream().noneMatch(k -> !k.equals(b) && links(k).anyMatch(b::equals)))
                .count();
        if (unasked > policy.monthly()) {
            violations.add(unasked + " stay that nobody asked for");
        }
    }

    private void dependantsGoFirst() {
        List<BackupFacts> gone = new ArrayList<>();
        for (RetentionPlan.Goes goes : plan.going()) {
            history.backups.stream()
                    .filter(b -> !b.equals(goes.backup()) && links(b).anyMatch(goes.backup()::equals))
                    .filter(b -> !gone.contains(b))
                    .forEach(b -> violations.add(goes.backup() + " goes before " + b + ", which rests on it"));
            gone.add(goes.backup());
        }
    }

    private void recoverableStays(Predicate<Instant> asked, String what) {
        for (Life life : history.lives) {
            for (Instant at = life.begin(); at.isBefore(life.end()); at = at.plus(Duration.ofMinutes(150))) {
                check(life, at, asked, what);
            }
            check(life, life.end().minusSeconds(1), asked, what);
        }
    }

    private void check(Life life, Instant moment, Predicate<Instant> asked, String what) {
        if (asked.test(moment)
                && recoverable(life, moment, history.backups, _ -> true)
                && !recoverable(life, moment, kept, this::keptWal)) {
            violations.add(
                    "%s: %s in life %s cannot be recovered any more".formatted(what, moment, life.incarnation()));
        }
    }

    private boolean recoverable(Life life, Instant moment, List<BackupFacts> backups, Predicate<Segment> wal) {
        return backups.stream()
                .anyMatch(b -> b.incarnation().equals(life.incarnation())
                        && !b.stopped().isAfter(moment)
                        && good(b)
                        && links(b).allMatch(backups::contains)
                        && reaches(b, moment, wal));
    }

    private boolean reaches(BackupFacts backup, Instant moment, Predicate<Segment> wal) {
        Life life = life(backup);
        return history.wal.stream()
                .filter(s -> s.life().equals(life)
                        && !s.abandoned()
                        && s.end().isAfter(backup.startLsn())
                        && s.start().isBefore(life.lsn(moment)))
                .allMatch(wal);
    }

    private boolean keptWal(Segment segment) {
        return plan.keepsWal(segment.life().incarnation(), segment.timeline(), segment.start(), segment.end());
    }

    private boolean good(BackupFacts backup) {
        return backup.wrongPages() == 0
                && links(backup).count() == backup.chain().size()
                && links(backup).noneMatch(BackupFacts::damaged);
    }

    /** Itself too. */
    private Stream<BackupFacts> links(BackupFacts backup) {
        return history.backups.stream()
                .filter(b -> b.incarnation().equals(backup.incarnation())
                        && backup.chain().contains(b.id()));
    }

    private Life life(BackupFacts backup) {
        return history.lives.get(backup.incarnation().value() - 1);
    }
}
