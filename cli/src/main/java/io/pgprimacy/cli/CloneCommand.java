package io.pgprimacy.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code clone}. */
@Command(
        name = "clone",
        description = {
            "Makes a new cluster of what the repository holds of another, as of any moment that a restore knows.",
            "Its agents run already, with the new cluster's name in their settings and empty directories. The other cluster goes on and is not"
                    + " touched: its backups and its WAL are read, and the new cluster archives into a place of its own.",
            "The copy is a database system of its own: no standby of one follows the other, and neither takes the other's data directory for its own."
        })
final class CloneCommand extends ChangeCommand {
    private static final Duration DAY = Duration.ofHours(24);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CommandSpec spec;

    @Mixin
    StoredOrigin origin = new StoredOrigin();

    @Parameters(index = "0", paramLabel = "NEWCLUSTER", description = "Its name.")
    String name = "";

    @Option(
            names = "--from",
            required = true,
            paramLabel = "CLUSTER",
            description = "Whose backups and WAL it is filled with.")
    String from = "";

    @Mixin
    GoalOptions goal = new GoalOptions();

    @Option(
            names = "--node",
            paramLabel = "NODE",
            description = "The one that restores and becomes primary; default: the first that is there.")
    @Nullable
    String node;

    @Option(names = "--dry-run", description = "Say what it would begin with, or why it cannot be; change nothing.")
    boolean dryRun;

    CloneCommand(App app) {
        super(app);
    }

    @Override
    String cluster() {
        if (spec.commandLine().getParseResult().hasMatchedOption("--cluster")) {
            throw new ParameterException(
                    spec.commandLine(), "clone takes no --cluster: say NEWCLUSTER, and --from CLUSTER");
        }
        if (name.equals(from)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "a clone has another name than " + from
                            + "; to bring a cluster back under its own: restore cluster, with --from-bucket where it is lost");
        }
        return name;
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        return dryRun ? foresee(client) : super.run(client);
    }

    private ExitCode foresee(CoordinatorClient client) {
        Confirmation.requireReason(reason);
        ObjectNode body = App.JSON.createObjectNode();
        body.put("reason", reason);
        fill(client, body);
        JsonNode foreseen = client.request(verb() + "?dryRun=true", body, answer());
        if (json) {
            app.print(foreseen);
        } else {
            app.out()
                    .println(foreseen.path("sentence").asString("") + ": "
                            + foreseen.path("because").asString(""));
        }
        return ExitCode.DONE;
    }

    @Override
    String verb() {
        return "create";
    }

    @Override
    String called() {
        return "clone";
    }

    /** Agents that wait for the log of a cluster take some seconds to announce themselves. */
    @Override
    Duration answer() {
        return StoredOrigin.ANSWER;
    }

    @Override
    Duration patience() {
        return DAY;
    }

    @Override
    String question() {
        return "make cluster " + name + " of what the repository holds of " + from + ", as of " + goal.to + "?";
    }

    @Override
    void fill(CoordinatorClient client, ObjectNode body) {
        origin.fill(body, goal, node).put("cluster", from);
    }

    @Override
    void afterwards(CoordinatorClient client, Duration patience, long begun) {
        origin.awaitAll(app, client, patience, begun, json, "cluster " + name + ", a clone of " + from + ", is there");
    }
}
