package io.pgprimacy.systemtests.chaos;

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

    /**
     * @param logs where everybody's logs go after a violation
     */
    static Report.Run run(Settings settings, Offer offer, Rounds rounds, Path logs, Consumer<String> said)
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
                }
                if (goesOn) {
                    atTheEnd.addAll(campaign.end());
                }
            } finally {
                campaign.stop();
            }
            Report.Run run = new Report.Run(
                    settings.options(),
                    machine(),
                    offer.leftOut(settings.kinds()),
                    campaign.clock().now(),
                    campaign.acknowledgedWrites(),
                    campaign.outcomes(),
                    atTheEnd);
            if (!run.violations().isEmpty()) {
                arena.keepLogs(logs);
            }
            return run;
        }
    }

    private static String machine() {
        return Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version();
    }
}
