package io.pgprimacy.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One standby, or all that wait for a restart: one after another, each streaming again before the next one stops. */
@Command(
        name = "restart",
        description = {
            "Stops a standby's PostgreSQL and starts it again, for parameters that wait for that.",
            "A primary is restarted by a switchover."
        })
final class RestartCommand extends ChangeCommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "NODE", description = "Name of the standby.")
    @Nullable
    String node;

    @Option(
            names = "--pending",
            description = "Every standby with a parameter that waits for a restart, one after another.")
    boolean pending;

    @Option(
            names = "--switchover",
            description = "With --pending: where the primary waits too, switch over at the end, which restarts it.")
    boolean switchover;

    private String verb = "restart";

    RestartCommand(App app) {
        super(app);
    }

    @Override
    String verb() {
        return verb;
    }

    @Override
    String called() {
        return verb + (node == null ? "" : " of " + node);
    }

    @Override
    String question() {
        return "restart PostgreSQL of " + node + "?";
    }

    @Override
    void fill(CoordinatorClient client, ObjectNode body) {
        if (node != null) {
            body.put("node", node);
        }
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        if (pending == (node != null) || (switchover && !pending)) {
            throw new CliFailure(ExitCode.USAGE, "name one standby, or say --pending", "pgprimacy restart --help");
        }
        if (pending && json) {
            throw new CliFailure(
                    ExitCode.USAGE, "--json is one document, and --pending restarts several", "name one standby");
        }
        return pending ? all(client) : super.run(client);
    }

    private ExitCode all(CoordinatorClient client) {
        Confirmation.requireReason(reason);
        List<String> standbys = new ArrayList<>(waiting(client, false).toList());
        List<String> primary = waiting(client, true).toList();
        if (standbys.isEmpty() && primary.isEmpty()) {
            app.out().println("no parameter waits for a restart");
            return ExitCode.DONE;
        }
        boolean handsOver = switchover && !primary.isEmpty();
        List<String> plan = new ArrayList<>();
        if (!standbys.isEmpty()) {
            plan.add("restart PostgreSQL of " + String.join(", then of ", standbys));
        }
        if (handsOver) {
            plan.add("switch over from " + primary.getFirst());
        }
        if (!plan.isEmpty()) {
            Confirmation.ask(app, yes, String.join(", then ", plan) + "?");
        }
        yes = true;
        for (String standby : standbys) {
            node = standby;
            super.run(client);
        }
        node = null;
        if (handsOver) {
            verb = "switchover";
            super.run(client);
        } else if (!primary.isEmpty()) {
            app.err()
                    .println("primary " + primary.getFirst()
                            + " waits for a restart too: pgprimacy switchover restarts it");
        }
        return ExitCode.DONE;
    }

    private static Stream<String> waiting(CoordinatorClient client, boolean primary) {
        return ClusterView.of(client).members().stream()
                .filter(m -> !m.path("pendingRestart").isEmpty())
                .filter(m -> m.path("role").asString("").equals("primary") == primary)
                .map((JsonNode m) -> m.path("name").asString(""));
    }
}
