package io.pgprimacy.cli;

import java.time.Duration;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks for a backup or a drill, which harms nobody and so is not asked back about, and waits for its end. */
abstract class WorkCommand extends ClusterCommand {
    @Option(names = "--no-wait", description = "Return as soon as it is asked for; backups shows how far it is.")
    boolean noWait;

    @Option(
            names = {"--reason", "-r"},
            paramLabel = "TEXT",
            defaultValue = "by hand",
            description = "Why; kept in the audit trail. Default: ${DEFAULT-VALUE}.")
    String reason = "";

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "24h",
            description = "How long to wait for the end of it; default: ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofHours(24);

    WorkCommand(App app) {
        super(app);
    }

    /** The last word of the request's path, and what it is called. */
    abstract String verb();

    abstract void fill(ObjectNode body);

    @Override
    ExitCode run(CoordinatorClient client) {
        ObjectNode body = App.JSON.createObjectNode();
        body.put("reason", reason);
        fill(body);
        JsonNode accepted = client.request(verb(), body);
        if (noWait) {
            print(accepted, "asked for, operation " + accepted.path("id").asString(""));
            return ExitCode.DONE;
        }
        JsonNode end = new OperationWatch(app, client)
                .await(verb(), accepted.path("id").asString(""), timeout);
        boolean done = end.path("state").asString("").equals("SUCCEEDED");
        String message = end.path("message").asString("");
        if (!done && !json) {
            throw new CliFailure(
                    ExitCode.FAILED,
                    verb() + (end.path("state").asString("").equals("REFUSED") ? " refused: " : " failed: ") + message,
                    "see what happened: pgprimacy events");
        }
        print(end, verb() + " done: " + message);
        return done ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void print(JsonNode document, String sentence) {
        if (json) {
            app.print(document);
        } else {
            app.out().println(sentence);
        }
    }
}
