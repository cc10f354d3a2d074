package io.pgprimacy.backup.retention;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.Incarnation;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Which logical backups may go. They are judged by the same policy as the others and apart from them: a dump keeps no other backup and no WAL,
 * nothing keeps a dump but its own rules, and no dump counts as the last good backup. Those of the same databases are one series: a dump of one
 * database never pushes out one of all.
 *
 * <p>Pure, as {@link RetentionPlanner} is.
 */
public final class DumpRetention {
    private DumpRetention() {}

    /**
     * What retention needs to know of one.
     *
     * @param databases that were named; none: all
     */
    public record Facts(
            Incarnation incarnation,
            BackupId id,
            List<String> databases,
            Instant ended,
            boolean damaged,
            boolean pinned) {
        public Facts {
            databases = databases.stream().sorted().toList();
        }

        public static Facts of(DumpManifest manifest, boolean damaged, boolean pinned) {
            return new Facts(
                    manifest.incarnation(), manifest.id(), manifest.requested(), manifest.ended(), damaged, pinned);
        }

        private String series() {
            return databases.isEmpty() ? "all databases" : String.join(", ", databases);
        }
    }

    /** @param because every rule that keeps it, or why it goes */
    public record Verdict(Facts dump, boolean stays, List<String> because) {
        public Verdict {
            because = List.copyOf(because);
        }
    }

    /** One for each, oldest first. */
    public static List<Verdict> plan(Collection<Facts> dumps, RetentionPolicy policy, Instant now) {
        SortedMap<String, List<Facts>> series = new TreeMap<>();
        List<Facts> all = dumps.stream()
                .sorted(Comparator.comparing(Facts::incarnation).thenComparing(Facts::id))
                .toList();
        all.forEach(
                d -> series.computeIfAbsent(d.series(), _ -> new ArrayList<>()).add(d));
        SortedMap<BackupId, List<String>> kept = new TreeMap<>();
        series.forEach((name, same) -> keep(name, same, policy, now, kept));
        return all.stream()
                .map(d -> kept.containsKey(d.id())
                        ? new Verdict(d, true, kept.getOrDefault(d.id(), List.of()))
                        : new Verdict(d, false, List.of("no rule keeps this dump of " + d.series())))
                .toList();
    }

    private static void keep(
            String name,
            List<Facts> same,
            RetentionPolicy policy,
            Instant now,
            SortedMap<BackupId, List<String>> kept) {
        List<Facts> whole = same.stream().filter(d -> !d.damaged()).toList();
        if (whole.isEmpty()) {
            same.forEach(d -> because(kept, d, "no dump of " + name + " is whole, so none goes"));
            return;
        }
        same.stream().filter(Facts::pinned).forEach(d -> because(kept, d, "it is pinned"));
        because(kept, whole.getLast(), "it is the last whole dump of " + name);
        newest(whole, policy.full())
                .forEach(d -> because(
                        kept, d, "it is one of the newest %d whole dumps of %s".formatted(policy.full(), name)));
        Instant begin = now.minus(policy.window());
        if (!policy.window().isZero()) {
            same.stream()
                    .filter(d -> !d.ended().isBefore(begin))
                    .forEach(d -> because(kept, d, "it ended within the window, which begins " + begin));
        }
        newestOfEach("day", d -> date(d).toString(), policy.daily(), whole, kept);
        newestOfEach("week", DumpRetention::week, policy.weekly(), whole, kept);
        newestOfEach("month", d -> YearMonth.from(date(d)).toString(), policy.monthly(), whole, kept);
    }

    /** Texts of periods sort by time. */
    private static void newestOfEach(
            String what,
            Function<Facts, String> period,
            int count,
            List<Facts> whole,
            SortedMap<BackupId, List<String>> kept) {
        SortedMap<String, Facts> newest = new TreeMap<>();
        whole.forEach(d -> newest.merge(period.apply(d), d, (a, b) -> a.ended().isAfter(b.ended()) ? a : b));
        newest(List.copyOf(newest.entrySet()), count)
                .forEach(e -> because(kept, e.getValue(), "it is the newest whole dump of " + what + " " + e.getKey()));
    }

    private static void because(SortedMap<BackupId, List<String>> kept, Facts dump, String why) {
        kept.computeIfAbsent(dump.id(), _ -> new ArrayList<>()).add(why);
    }

    private static <T> List<T> newest(List<T> oldestFirst, int count) {
        return oldestFirst.subList(Math.max(0, oldestFirst.size() - count), oldestFirst.size());
    }

    private static String week(Facts dump) {
        return "%04d-W%02d"
                .formatted(
                        date(dump).get(IsoFields.WEEK_BASED_YEAR), date(dump).get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    }

    private static LocalDate date(Facts dump) {
        return LocalDate.ofInstant(dump.ended(), ZoneOffset.UTC);
    }
}
