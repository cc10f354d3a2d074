package io.pgprimacy.cli;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A command that asks the cluster for a change: with a reason, after a confirmation; who asks is told by the token. */
abstract class ChangeCommand extends ClusterCommand {
    @Option(
            names = {"--reason", "-r"},
            required = true,
            paramLabel = "TEXT",
            description = "Why; kept in the audit trail.")
    String reason = "";

    @Option(
            names = {"--yes", "-y"},
            description = "Do not ask.")
    boolean yes;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "How long to wait for the end of it; default: 2m, and 24h where data is moved.")
    @Nullable
    Duration timeout;

    ChangeCommand(App app) {
        super(app);
    }

    /** The last part of the request's address, such as {@code switchover}. */
    abstract String verb();

    /** What people call it. */
    String called() {
        return verb();
    }

    /** What is asked before it is done, such as "switch cluster main over to pg2?". */
    abstract String question();

    /** How long its end may take. */
    Duration patience() {
        return Duration.ofMinutes(2);
    }

    /** How long the coordinator may take to take the request in. */
    Duration answer() {
        return CoordinatorClient.ANSWER;
    }

    /** Adds what this request needs besides the reason. */
    void fill(CoordinatorClient client, ObjectNode body) {}

    /** The ETag of what a person has looked at before asking for this, where that must be what is in force still. */
    Optional<String> madeFrom() {
        return Optional.empty();
    }

    /** What is shown before it is asked for. */
    void beforehand(CoordinatorClient client) {}

    @Override
    ExitCode run(CoordinatorClient client) {
        Confirmation.requireReason(reason);
        beforehand(client);
        Confirmation.ask(app, yes, question());
        ObjectNode body = App.JSON.createObjectNode();
        body.put("reason", reason);
        fill(client, body);
        JsonNode accepted = client.request(verb(), body, answer(), madeFrom());
        String id = accepted.path("id").asString("");
        Duration patience = timeout == null ? patience() : timeout;
        long begun = System.nanoTime();
        JsonNode end = new OperationWatch(app, client).await(called(), id, patience);
        ExitCode code = report(end);
        afterwards(client, patience, begun);
        return code;
    }

    /** What is waited for, and said, once it has succeeded. */
    void afterwards(CoordinatorClient client, Duration patience, long begun) {}

    private ExitCode report(JsonNode end) {
        boolean done = end.path("state").asString("").equals("SUCCEEDED");
        String message = end.path("message").asString("");
        if (json) {
            app.print(end);
        } else if (done) {
            app.out().println(called() + " done" + (message.isBlank() ? "" : ": " + message));
        }
        if (!done && (!json || !message.isBlank())) {
            String how = end.path("state").asString("").equals("REFUSED") ? " refused" : " failed";
            throw new CliFailure(
                    ExitCode.FAILED,
                    called() + how + (message.isBlank() ? "" : ": " + message),
                    end.path("hint").asString("see why: pgprimacy explain last, pgprimacy events"));
        }
        return done ? ExitCode.DONE : ExitCode.FAILED;
    }
}
