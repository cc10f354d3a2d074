package io.pgprimacy.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code backup}, which takes one, and {@code backup cancel}. */
final class BackupCommands {
    private BackupCommands() {}

    static CommandLine commandLine(App app) {
        return new CommandLine(new Take(app)).addSubcommand(new Cancel(app));
    }

    /** Short for what people type, the whole word for what the interface takes. */
    enum Type {
        FULL("full"),
        DIFF("differential"),
        INCR("incremental");

        private final String word;

        Type(String word) {
            this.word = word;
        }
    }

    @Command(
            name = "backup",
            description =
                    "Takes a backup now and waits for its end: of the standby that has replayed most, where one streams.")
    static final class Take extends ClusterCommand {
        @Option(
                names = "--type",
                paramLabel = "full|diff|incr",
                defaultValue = "full",
                description =
                        "diff stores what changed since the last full one, incr since the last one; default: full.")
        Type type = Type.FULL;

        @Option(names = "--from", paramLabel = "NODE", description = "The node to take it of.")
        @Nullable
        String from;

        @Option(names = "--no-wait", description = "Return as soon as it is asked for; backups shows how far it is.")
        boolean noWait;

        @Option(
                names = {"--reason", "-r"},
                paramLabel = "TEXT",
                defaultValue = "a backup by hand",
                description = "Why; kept in the audit trail. Default: ${DEFAULT-VALUE}.")
        String reason = "";

        @Option(
                names = "--timeout",
                paramLabel = "DURATION",
                defaultValue = "24h",
                description = "How long to wait for the end of it; default: ${DEFAULT-VALUE}.")
        Duration timeout = Duration.ofHours(24);

        Take(App app) {
            super(app);
        }

        @Override
        ExitCode run(CoordinatorClient client) {
            ObjectNode body = App.JSON.createObjectNode();
            body.put("reason", reason);
            body.put("type", type.word);
            if (from != null) {
                body.put("from", from);
            }
            JsonNode accepted = client.request("backup", body);
            if (noWait) {
                print(accepted, "asked for, operation " + accepted.path("id").asString(""));
                return ExitCode.DONE;
            }
            JsonNode end = new OperationWatch(app, client)
                    .await("backup", accepted.path("id").asString(""), timeout);
            boolean done = end.path("state").asString("").equals("SUCCEEDED");
            String message = end.path("message").asString("");
            if (!done && !json) {
                throw new CliFailure(
                        ExitCode.FAILED,
                        "backup " + (end.path("state").asString("").equals("REFUSED") ? "refused: " : "failed: ")
                                + message,
                        "see what happened: pgprimacy events");
            }
            print(end, "backup done: " + message);
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

    @Command(name = "cancel", description = "Ends the backup that is being taken; nothing of it stays.")
    static final class Cancel extends ChangeCommand {
        Cancel(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "backup-cancel";
        }

        @Override
        String question() {
            return "end the backup of cluster " + connection.cluster + " that is being taken?";
        }
    }
}
