package io.pgprimacy.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code wal status}. */
final class WalCommands {
    private WalCommands() {}

    static CommandLine commandLine(App app) {
        return new CommandLine(new Group()).addSubcommand(new Status(app));
    }

    @Command(name = "wal", description = "The WAL archive.")
    static final class Group implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "wal needs a subcommand: status");
        }
    }

    @Command(
            name = "status",
            description =
                    "Whether WAL is archived, how far the store is behind, from when on one can recover, and holes. Exit code 1 where something is wrong.")
    static final class Status extends ClusterCommand {
        Status(App app) {
            super(app);
        }

        @Override
        ExitCode run(CoordinatorClient client) {
            JsonNode document = client.get("/wal");
            if (json) {
                app.print(document);
            } else {
                print(document);
            }
            boolean keeps = document.path("keeping").path("state").asString("").equals("KEEPING");
            return keeps && document.path("why").isNull() && holes(document).isEmpty()
                    ? ExitCode.DONE
                    : ExitCode.FAILED;
        }

        private void print(JsonNode document) {
            app.out().println(keeping(document.path("keeping")));
            if (!document.path("why").isNull()) {
                app.say("from the log alone: " + text(document, "why"));
                return;
            }
            app.out()
                    .println("stored up to " + text(document, "stored") + " of " + text(document, "flushed") + ", "
                            + text(document, "behindBytes") + " bytes behind");
            JsonNode window = document.path("window");
            app.out()
                    .println(
                            window.isObject()
                                    ? "one can recover to any moment since " + text(window, "from")
                                            + ", the end of backup " + text(window, "backup")
                                            + "; WAL was last stored at " + text(window, "newest")
                                    : "there is no backup, so WAL alone brings nothing back: pgprimacy backup");
            Table table = new Table(">TL", "START", "END", ">STORED", "LAST", ">HOLES");
            document.path("timelines")
                    .forEach(t -> table.row(
                            text(t, "timeline"),
                            text(t, "start"),
                            text(t, "end"),
                            t.path("bytes").asLong() / 1_000_000 + " MB",
                            text(t, "newest"),
                            Integer.toString(t.path("holes").size())));
            table.print(app.out());
            holes(document).forEach(app.out()::println);
        }

        private static String keeping(JsonNode keeping) {
            if (!keeping.isObject()) {
                return "no agent archives WAL: storage.* is not set on the primary, or others archive it";
            }
            String detail = text(keeping, "detail");
            return text(keeping, "node") + " archives timeline " + text(keeping, "timeline") + " under term "
                    + text(keeping, "term") + ": "
                    + text(keeping, "state").toLowerCase(Locale.ROOT).replace('_', ' ')
                    + (detail.isEmpty() ? "" : ", " + detail);
        }

        private static List<String> holes(JsonNode document) {
            List<String> holes = new ArrayList<>();
            for (JsonNode timeline : document.path("timelines")) {
                for (JsonNode hole : timeline.path("holes")) {
                    holes.add("hole in timeline " + text(timeline, "timeline") + ": " + text(hole, "start") + " to "
                            + text(hole, "end") + "; nothing after it can be reached from a backup before it");
                }
            }
            return holes;
        }

        private static String text(JsonNode node, String field) {
            return node.path(field).asString("-");
        }
    }
}
