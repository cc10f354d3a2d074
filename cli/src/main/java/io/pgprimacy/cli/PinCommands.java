package io.pgprimacy.cli;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code pin} and {@code unpin}. */
final class PinCommands {
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private PinCommands() {}

    abstract static class OfOneBackup extends ClusterCommand {
        @Parameters(paramLabel = "BACKUP", description = "Its id, as backups shows it.")
        String backup = "";

        @Mixin
        Origin origin = new Origin();

        private final String verb;

        OfOneBackup(App app, String verb) {
            super(app);
            this.verb = verb;
        }

        @Override
        ExitCode run(CoordinatorClient client) {
            JsonNode done =
                    client.post("/backups/" + CoordinatorClient.encode(backup) + "/" + verb, origin.body(), ANSWER);
            if (json) {
                app.print(done);
            } else {
                app.out().println("backup " + backup + " is " + (verb.equals("pin") ? "pinned" : "no longer pinned"));
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "pin",
            description = "No retention removes that backup, nor what it rests upon. The same again changes nothing.")
    static final class Pin extends OfOneBackup {
        Pin(App app) {
            super(app, "pin");
        }
    }

    @Command(name = "unpin", description = "Retention alone decides about that backup again.")
    static final class Unpin extends OfOneBackup {
        Unpin(App app) {
            super(app, "unpin");
        }
    }
}
