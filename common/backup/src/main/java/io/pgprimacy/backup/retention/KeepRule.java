package io.pgprimacy.backup.retention;

import io.pgprimacy.backup.format.Incarnation;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** One reason to keep backups. Rules only ever add, so they need no order, except that what others keep rests on comes last. */
enum KeepRule {
    /** Somebody said so. */
    PINNED {
        @Override
        void apply(BackupGraph graph, RetentionPolicy policy, Instant now, Keeping keeping) {
            graph.all().stream().filter(BackupFacts::pinned).forEach(b -> keeping.keep(b, "it is pinned"));
        }
    },

    /**
     * The last good backup never goes, whatever the policy says, nor does what came after it, nor the WAL since: that may be all there is.
     * Where none is good, nothing goes.
     */
    LAST_GOOD {
        @Override
        void apply(BackupGraph graph, RetentionPolicy policy, Instant now, Keeping keeping) {
            Optional<BackupFacts> last = graph.lastGood();
            for (BackupFacts backup : graph.all()) {
                if (last.isEmpty()) {
                    keeping.keep(backup, "no backup is good, so none goes");
                } else if (backup.equals(last.get())) {
                    keeping.keep(backup, "it is the last good backup");
                } else if (backup.compareTo(last.get()) > 0) {
                    keeping.keep(backup, "no good backup came after it");
                }
            }
            last.ifPresent(b -> keeping.keepWal(
                    new WalNeed.Since(b.incarnation(), b.startLsn(), "recovery from the last good backup " + b)));
        }
    },

    /** The newest good full backups, with what rests on them and the WAL since. */
    FULL {
        @Override
        void apply(BackupGraph graph, RetentionPolicy policy, Instant now, Keeping keeping) {
            for (BackupFacts full : newest(graph.goodFulls(), policy.full())) {
                keeping.keep(full, "it is one of the newest %d good full backups".formatted(policy.full()));
                graph.restingOn(full).forEach(b -> keeping.keep(b, "it rests on " + full + ", one of those counted"));
                keeping.keepWal(new WalNeed.Since(
                        full.incarnation(), full.startLsn(), "recovery from the counted full backup " + full));
            }
        }
    },

    /**
     * Every moment of the window must be recoverable: the backups in it, and the newest good one that had ended when it began. For each life
     * of the cluster, since recovery cannot begin in one and end in another; but not for one that was over by then.
     */
    WINDOW {
        @Override
        void apply(BackupGraph graph, RetentionPolicy policy, Instant now, Keeping keeping) {
            if (policy.window().isZero()) {
                return;
            }
            Instant begin = now.minus(policy.window());
            for (BackupFacts backup : graph.all()) {
                if (!backup.stopped().isBefore(begin)) {
                    keeping.keep(backup, "it ended within the window, which begins " + begin);
                }
            }
            for (Incarnation life : graph.incarnations()) {
                boolean over = graph.all().stream()
                        .anyMatch(b -> b.incarnation().compareTo(life) > 0
                                && b.started().isBefore(begin));
                if (!over) {
                    keepBase(graph, life, begin, keeping);
                }
            }
        }

        private void keepBase(BackupGraph graph, Incarnation life, Instant begin, Keeping keeping) {
            List<BackupFacts> good = graph.good().stream()
                    .filter(b -> b.incarnation().equals(life))
                    .toList();
            Optional<BackupFacts> base =
                    good.stream().filter(b -> b.stopped().isBefore(begin)).reduce((_, later) -> later);
            base.ifPresent(b -> keeping.keep(b, "recovery to the beginning of the window, " + begin + ", needs it"));
            base.or(() -> good.stream().findFirst())
                    .ifPresent(b -> keeping.keepWal(
                            new WalNeed.Since(life, b.startLsn(), "recovery to any moment of the window")));
        }
    },

    DAILY {
        @Override
        void apply(BackupGraph graph, RetentionPolicy policy, Instant now, Keeping keeping) {
            newestOfEach("day", b -> date(b).toString(), policy.daily(), graph, keeping);
        }
    },

    WEEKLY {
        @Override
        void apply(BackupGraph graph, RetentionPolicy policy, Instant now, Keeping keeping) {
            Function<BackupFacts, String> week = b -> "%04d-W%02d"
                    .formatted(date(b).get(IsoFields.WEEK_BASED_YEAR), date(b).get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            newestOfEach("week", week, policy.weekly(), graph, keeping);
        }
    },

    MONTHLY {
        @Override
        void apply(BackupGraph graph, RetentionPolicy policy, Instant now, Keeping keeping) {
            newestOfEach("month", b -> YearMonth.from(date(b)).toString(), policy.monthly(), graph, keeping);
        }
    },

    /** A backup is of use only with all that it rests on, and with the WAL that makes it consistent. */
    NEEDED {
        @Override
        void apply(BackupGraph graph, RetentionPolicy policy, Instant now, Keeping keeping) {
            for (BackupFacts kept : keeping.kept()) {
                graph.supports(kept).forEach(b -> keeping.keep(b, kept + " rests on it"));
            }
            // What is kept for another's sake alone is listed too, so it must be restorable itself.
            keeping.kept().stream()
                    .filter(b -> !b.walIncluded())
                    .forEach(b -> b.walRanges()
                            .forEach(range -> keeping.keepWal(
                                    new WalNeed.Between(b.incarnation(), range, "consistency of " + b))));
        }
    };

    abstract void apply(BackupGraph graph, RetentionPolicy policy, Instant now, Keeping keeping);

    /** Texts of periods sort by time. */
    private static void newestOfEach(
            String name, Function<BackupFacts, String> period, int count, BackupGraph graph, Keeping keeping) {
        SortedMap<String, BackupFacts> newest = new TreeMap<>();
        for (BackupFacts backup : graph.good()) {
            newest.merge(period.apply(backup), backup, (a, b) -> a.stopped().isAfter(b.stopped()) ? a : b);
        }
        for (var kept : newest(List.copyOf(newest.entrySet()), count)) {
            keeping.keep(kept.getValue(), "it is the newest good one of " + name + " " + kept.getKey());
        }
    }

    private static <T> List<T> newest(List<T> oldestFirst, int count) {
        return oldestFirst.subList(Math.max(0, oldestFirst.size() - count), oldestFirst.size());
    }

    private static LocalDate date(BackupFacts backup) {
        return LocalDate.ofInstant(backup.stopped(), ZoneOffset.UTC);
    }
}
