package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.simulation.plan.Round;
import io.pgprimacy.systemtests.bench.Machine;
import io.pgprimacy.systemtests.chaos.history.Violation;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One campaign from an empty machine to an empty machine. */
final class CampaignRun {
    private CampaignRun() {}

    /** The report in {@code directory} is written after each round, so that a run that is stopped leaves one, too. */
    static Report.Run run(Settings settings, Offer offer, Rounds rounds, Path directory, Consumer<String> said)
            throws IOException, InterruptedException, SQLException {
        offer.leftOut(settings.kinds()).forEach(reason -> said.accept("left out: " + reason));
        try (Arena arena = Arena.build(settings.shape(), settings.profile(), offer, settings.seed())) {
            Campaign campaign = new Campaign(arena, settings, said);
            List<Violation> atTheEnd = new ArrayList<>();
            try {
                Optional<Round> next = rounds.next(campaign.clock().now());
                campaign.begin(next.map(Round::number).orElse(0));
                boolean goesOn = true;
                while (goesOn && next.isPresent()) {
                    Round round = next.get();
                    campaign.enter(round.number());
                    goesOn = campaign.run(round);
                    next = rounds.next(campaign.clock().now());
                    Report.write(soFar(settings, offer, campaign, List.of()), directory);
                }
                if (goesOn) {
                    atTheEnd.addAll(campaign.end());
                }
            } finally {
                campaign.stop();
            }
            Report.Run run = soFar(settings, offer, campaign, atTheEnd);
            if (!run.violations().isEmpty()) {
                arena.keepLogs(directory.resolve("logs"));
            }
            said.accept((run.violations().isEmpty()
                            ? "no violation"
                            : run.violations().size() + " violations") + ": " + Report.write(run, directory));
            return run;
        }
    }

    private static Report.Run soFar(Settings settings, Offer offer, Campaign campaign, List<Violation> atTheEnd) {
        return new Report.Run(
                settings.options(),
                machine(),
                offer.leftOut(settings.kinds()),
                campaign.clock().now(),
                campaign.acknowledgedWrites(),
                campaign.outcomes(),
                atTheEnd);
    }

    private static String machine() {
        return Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version() + ", commit "
                + Machine.describeCommit();
    }
}
