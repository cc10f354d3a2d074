package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.simulation.plan.PlanText;
import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.systemtests.chaos.RoundOutcome.Done;
import io.pgprimacy.systemtests.chaos.history.Checker.Judgement;
import io.pgprimacy.systemtests.chaos.history.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** One page that a person reads after a run, and the plan beside it, for {@code --plan}. */
final class Report {
    /**
     * @param options as one would type them
     * @param machine on what it ran
     * @param leftOut faults that could not be had here, with the reason
     */
    record Run(
            String options,
            String machine,
            List<String> leftOut,
            Duration length,
            long acknowledged,
            List<RoundOutcome> outcomes,
            List<Violation> atTheEnd) {
        List<Violation> violations() {
            List<Violation> all = new ArrayList<>();
            outcomes.forEach(o -> all.addAll(o.violations()));
            all.addAll(atTheEnd);
            return all;
        }
    }

    private static final int MOST_EVENTS = 60;

    private final StringBuilder page = new StringBuilder();
    private final Run run;

    private Report(Run run) {
        this.run = run;
    }

    /** Returns the page's path. */
    static Path write(Run run, Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("plan.txt"),
                "# ./dev chaos " + run.options() + "\n"
                        + PlanText.write(
                                run.outcomes().stream().map(RoundOutcome::round).toList()));
        Files.writeString(directory.resolve("events.txt"), events(run));
        Path page = directory.resolve("report.md");
        Files.writeString(page, new Report(run).text());
        return page;
    }

    /** The whole audit trail of the run, by round. */
    private static String events(Run run) {
        return run.outcomes().stream()
                .map(o -> "round %d\n%s\n"
                        .formatted(
                                o.round().number(), String.join("\n", o.events().story())))
                .collect(Collectors.joining());
    }

    String text() {
        heading();
        kinds();
        isolations();
        rounds();
        violations();
        return page.toString();
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    private void heading() {
        List<Violation> violations = run.violations();
        line("# Fault campaign: %s"
                .formatted(violations.isEmpty() ? "no violation" : violations.size() + " VIOLATIONS"));
        line("");
        line("`./dev chaos %s`, on %s".formatted(run.options(), run.machine()));
        line("");
        run.leftOut().forEach(reason -> line("- **Left out** %s".formatted(reason)));
        line("- %s min, %d rounds, %d faults (%d of them could not be done)"
                .formatted(
                        Clock.text(run.length()),
                        run.outcomes().size(),
                        done().size(),
                        done().stream()
                                .filter(d -> d.remark().startsWith("NOT DONE"))
                                .count()));
        line("- %d acknowledged writes".formatted(run.acknowledged()));
        line("- %d failovers, %d switchovers, %d primaries fenced, %d nodes quarantined"
                .formatted(
                        sum(Events::failovers),
                        sum(Events::switchovers),
                        sum(Events::fenced),
                        sum(Events::quarantined)));
        line("- %d acknowledged writes lost, as the events admit; %d plain reads by a primary that had been replaced"
                .formatted(judged(j -> j.lost()), judged(j -> j.staleReads())));
        line("- longest write pause %s, longest recovery after healing %s"
                .formatted(
                        seconds(longest(o -> o.longestPause())),
                        seconds(longest(o -> o.recoveredAfter().orElse(Duration.ZERO)))));
        line(
                "- beside this page: `plan.txt` (again: `./dev chaos --plan FILE`), `events.txt`, and after a violation `logs/`");
        line("");
    }

    private List<Done> done() {
        return run.outcomes().stream().flatMap(o -> o.done().stream()).toList();
    }

    private interface Count {
        int of(Events events);
    }

    private int sum(Count count) {
        return run.outcomes().stream().mapToInt(o -> count.of(o.events())).sum();
    }

    private int judged(ToIntFunction<Judgement> count) {
        return run.outcomes().stream()
                .flatMap(o -> o.judgement().stream())
                .mapToInt(count)
                .sum();
    }

    private Duration longest(Function<RoundOutcome, Duration> of) {
        return run.outcomes().stream().map(of).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    private static String seconds(Duration duration) {
        return "%.1f s".formatted(duration.toMillis() / 1e3);
    }

    private static final class Tally {
        int times;
        int failovers;
        int fenced;
        Duration pauseAlone = Duration.ZERO;
        Duration pauseTogether = Duration.ZERO;
        Duration recovery = Duration.ZERO;
        boolean wasAlone;
    }

    private void kinds() {
        SortedMap<String, Tally> tallies = new TreeMap<>();
        for (RoundOutcome outcome : run.outcomes()) {
            boolean alone = outcome.done().size() == 1;
            for (Done done : outcome.done()) {
                Tally tally = tallies.computeIfAbsent(label(done.fault()), k -> new Tally());
                tally.times++;
                if (alone) {
                    tally.wasAlone = true;
                    tally.failovers += outcome.events().failovers();
                    tally.fenced += outcome.events().fenced();
                    tally.pauseAlone = max(tally.pauseAlone, outcome.longestPause());
                } else {
                    tally.pauseTogether = max(tally.pauseTogether, outcome.longestPause());
                }
                tally.recovery = max(tally.recovery, outcome.recoveredAfter().orElse(Duration.ZERO));
            }
        }
        line("## By kind of fault");
        line("");
        line(
                "Failovers, fenced primaries and the first pause are of rounds with this fault alone; the second pause of rounds with others.");
        line("");
        line("| fault | times | failovers | fenced | longest pause alone | together | longest recovery |");
        line("| --- | --- | --- | --- | --- | --- | --- |");
        for (Map.Entry<String, Tally> each : tallies.entrySet()) {
            Tally t = each.getValue();
            line("| %s | %d | %s | %s | %s | %s | %s |"
                    .formatted(
                            each.getKey(),
                            t.times,
                            t.wasAlone ? "" + t.failovers : "–",
                            t.wasAlone ? "" + t.fenced : "–",
                            t.wasAlone ? seconds(t.pauseAlone) : "–",
                            t.pauseTogether.isZero() ? "–" : seconds(t.pauseTogether),
                            seconds(t.recovery)));
        }
        line("");
    }

    /** What happens to the primary is another matter than the same on a standby. */
    private static String label(PlannedFault fault) {
        return fault.kind().label() + (fault.whom().contains(PlannedFault.PRIMARY) ? " (primary)" : "");
    }

    private void isolations() {
        List<Isolation> all =
                run.outcomes().stream().flatMap(o -> o.isolations().stream()).toList();
        if (all.isEmpty()) {
            return;
        }
        line("## Primaries that were cut off from everything");
        line("");
        line("From the cut to the last write that the isolated primary acknowledged: %s"
                .formatted(spread(all.stream().map(Isolation::lastAcknowledged).toList())));
        line("");
        line("From the cut to the first write that another node acknowledged: %s"
                .formatted(spread(
                        all.stream().flatMap(i -> i.firstElsewhere().stream()).toList())));
        line("");
    }

    private static String spread(List<Duration> durations) {
        if (durations.isEmpty()) {
            return "none";
        }
        List<Duration> sorted = durations.stream().sorted().toList();
        return "min %d ms, median %d ms, max %d ms (%d)"
                .formatted(
                        sorted.getFirst().toMillis(),
                        sorted.get(sorted.size() / 2).toMillis(),
                        sorted.getLast().toMillis(),
                        sorted.size());
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private void rounds() {
        line("## Rounds");
        line("");
        for (RoundOutcome outcome : run.outcomes()) {
            line("**%d.** healed %s, recovered %s; longest pause %s; %d failovers, %d switchovers, %d fenced%s"
                    .formatted(
                            outcome.round().number(),
                            Clock.text(outcome.healedAt()),
                            outcome.recoveredAfter()
                                    .map(d -> "after " + seconds(d))
                                    .orElse("NOT"),
                            seconds(outcome.longestPause()),
                            outcome.events().failovers(),
                            outcome.events().switchovers(),
                            outcome.events().fenced(),
                            outcome.judgement()
                                    .map(j -> "; %d acknowledged, %d unknown, %d lost, %d stale plain reads"
                                            .formatted(j.acknowledged(), j.unknown(), j.lost(), j.staleReads()))
                                    .orElse("")));
            line("");
            for (Done done : outcome.done()) {
                line("- %s to %s: %s%s%s"
                        .formatted(
                                Clock.text(done.from()),
                                Clock.text(done.to()),
                                done.fault().kind().label()
                                        + done.whom().stream().map(w -> " " + w).collect(Collectors.joining()),
                                done.fault().amount() == 0
                                        ? ""
                                        : " " + done.fault().amount(),
                                done.remark().isEmpty()
                                        ? ""
                                        : " — "
                                                + done.remark()
                                                        .lines()
                                                        .findFirst()
                                                        .orElse("")));
            }
            line("");
        }
    }

    private void violations() {
        if (run.violations().isEmpty()) {
            return;
        }
        line("## Violations");
        line("");
        for (RoundOutcome outcome : run.outcomes()) {
            if (!outcome.isClean()) {
                line("Round %d".formatted(outcome.round().number()));
                line("");
                outcome.violations().forEach(v -> line("- **%s**".formatted(v)));
                line("");
                line("```");
                outcome.events().story().stream().limit(MOST_EVENTS).forEach(told -> line(told));
                line("```");
                line("");
            }
        }
        if (!run.atTheEnd().isEmpty()) {
            line("At the end, over all rounds");
            line("");
            run.atTheEnd().forEach(v -> line("- **%s**".formatted(v)));
        }
    }
}
