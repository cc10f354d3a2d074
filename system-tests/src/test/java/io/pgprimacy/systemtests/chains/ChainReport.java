package io.pgprimacy.systemtests.chains;

import io.pgprimacy.systemtests.chains.ChainRun.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One page that a person reads after a campaign, rewritten after each run. */
final class ChainReport {
    /** One plan, and what came of it. */
    record Run(ChainPlan plan, List<Outcome> outcomes) {
        List<String> wrong() {
            return outcomes.stream().flatMap(o -> o.wrong().stream()).toList();
        }

        private double seconds() {
            return outcomes.stream().mapToDouble(Outcome::seconds).sum();
        }
    }

    private ChainReport() {}

    static void write(Path page, String machine, List<Run> runs) throws IOException {
        Files.createDirectories(page.toAbsolutePath().getParent());
        Files.writeString(page, text(machine, runs));
    }

    static String text(String machine, List<Run> runs) {
        long failed = runs.stream().filter(r -> !r.wrong().isEmpty()).count();
        StringBuilder page =
                new StringBuilder("# Random chains: %d of %d runs wrong\n\n".formatted(failed, runs.size()));
        page.append("On %s.\n\n".formatted(machine));
        figures(runs).forEach((what, count) -> page.append("- %d %s\n".formatted(count, what)));
        page.append("\n| seed | cluster | steps and restores | seconds | wrong |\n| --- | --- | --- | --- | --- |\n");
        for (Run run : runs) {
            page.append("| %d | %s | %d | %.0f | %s |\n"
                    .formatted(
                            run.plan().seed(),
                            cluster(run.plan()),
                            run.outcomes().size(),
                            run.seconds(),
                            run.wrong().isEmpty() ? "" : "**" + run.wrong().size() + "**"));
        }
        for (Run run : runs) {
            section(page, run);
        }
        return page.toString();
    }

    private static SortedMap<String, Integer> figures(List<Run> runs) {
        SortedMap<String, Integer> figures = new TreeMap<>();
        for (Run run : runs) {
            for (Outcome outcome : run.outcomes()) {
                kind(outcome).ifPresent(kind -> figures.merge(kind, 1, Integer::sum));
            }
        }
        return figures;
    }

    private static Optional<String> kind(Outcome outcome) {
        for (Map.Entry<String, String> each : Map.of(
                        "restore of", "restores judged",
                        "the primary dies", "promotions",
                        "WAL keeper killed", "killed WAL keepers")
                .entrySet()) {
            if (outcome.what().startsWith(each.getKey())) {
                return Optional.of(each.getValue());
            }
        }
        if (!outcome.what().contains(" backup of the ")) {
            return Optional.empty();
        }
        String type = outcome.became().split(" ")[0];
        return Optional.of(type.equals("no") ? "backups that were killed before their end" : type + " backups");
    }

    private static String cluster(ChainPlan plan) {
        return (plan.checksums() ? "checksums" : "no checksums")
                + (plan.hints() ? ", wal_log_hints" : "")
                + (plan.standby() ? ", standby" : "");
    }

    private static void section(StringBuilder page, Run run) {
        page.append("\n## Seed %d\n\n".formatted(run.plan().seed()));
        page.append("Again: `./dev chains --runs 1 --seed %d --length %d`\n\n"
                .formatted(run.plan().seed(), run.plan().length()));
        for (Outcome outcome : run.outcomes()) {
            page.append(String.format(
                    Locale.ROOT, "- %s → %s (%.1f s)%n", outcome.what(), outcome.became(), outcome.seconds()));
            outcome.wrong()
                    .forEach(wrong -> page.append(
                            "  - **WRONG** %s\n".formatted(wrong.strip().replace("\n", "\n    "))));
        }
    }
}
