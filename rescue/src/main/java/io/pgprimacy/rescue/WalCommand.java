package io.pgprimacy.rescue;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.wal.LsnRange;
import io.pgprimacy.backup.wal.WalReport;
import io.pgprimacy.backup.wal.WalReport.TimelineReport;
import io.pgprimacy.core.id.ClusterId;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "wal",
        description = {
            "Shows what there is of a cluster's WAL: from where to where on each timeline, and holes.",
            "Exit code 1 where there is a hole."
        },
        mixinStandardHelpOptions = true)
final class WalCommand implements Callable<Integer> {
    private static final String ROW = "%8s  %-20s %-20s %8s  %-24s %14s%n";

    @Mixin
    RepositoryOptions repository = new RepositoryOptions();

    @Option(names = "--cluster", required = true, paramLabel = "NAME", description = "Whose WAL.")
    String cluster = "";

    @Option(
            names = "--incarnation",
            paramLabel = "N",
            description = "Of which of its lives (default: ${DEFAULT-VALUE}).")
    int incarnation = 1;

    @Option(names = "--json", description = "One JSON document.")
    boolean json;

    @Override
    public Integer call() throws IOException {
        StoredWal stored = StoredWal.in(repository.open(), new ClusterId(cluster), new Incarnation(incarnation));
        WalReport report = WalReport.of(stored.inventory(), stored.terms());
        if (json) {
            System.out.println(Json.indented().writeValueAsString(report));
        } else {
            System.out.printf(ROW, "TIMELINE", "FROM", "TO", "HOLES", "NEWEST", "STORED");
            report.timelines().forEach(WalCommand::print);
        }
        boolean holes = report.timelines().stream().anyMatch(t -> !t.holes().isEmpty());
        return holes ? 1 : 0;
    }

    private static void print(TimelineReport timeline) {
        if (!timeline.coverage().isEmpty()) {
            System.out.printf(
                    ROW,
                    timeline.timeline(),
                    timeline.coverage().getFirst().start(),
                    timeline.coverage().getLast().end(),
                    timeline.holes().size(),
                    timeline.newest(),
                    timeline.bytes());
        }
        for (LsnRange hole : timeline.holes()) {
            System.out.println("          hole " + hole);
        }
    }
}
