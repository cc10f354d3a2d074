package io.pgprimacy.cli;

import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "wait", description = "Returns when the cluster has a primary and every standby streams from it.")
final class WaitCommand extends ClusterCommand {
    enum Condition {
        HEALTHY
    }

    @Parameters(index = "0", paramLabel = "healthy", description = "What to wait for.")
    Condition condition = Condition.HEALTHY;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "Default: ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofMinutes(1);

    WaitCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        ClusterView view = new HealthWait(app, client, 0).await(timeout);
        if (json) {
            app.print(view.document());
        } else {
            app.out()
                    .println("cluster " + client.cluster() + " is "
                            + condition.name().toLowerCase(Locale.ROOT) + ", primary "
                            + view.primary().orElse("none"));
        }
        return ExitCode.DONE;
    }
}
