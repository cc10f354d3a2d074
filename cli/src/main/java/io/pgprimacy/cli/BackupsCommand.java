package io.pgprimacy.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(
        name = "backups",
        description =
                "What backups there are, oldest first, logical ones below, what is known of each, the one that is being taken, and the drill under way. --json has all of it.")
final class BackupsCommand extends ClusterCommand {
    BackupsCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        JsonNode document = client.get("/backups");
        if (json) {
            app.print(document);
            return ExitCode.DONE;
        }
        JsonNode running = document.path("running");
        if (running.isObject()) {
            app.out().println(sentence(running));
        }
        JsonNode drill = document.path("drill");
        if (drill.isObject()) {
            app.out().println(drilling(drill));
        }
        Table table = new Table("ID", "TYPE", "PARENT", "NODE", "START", "STOP", "ENDED", ">SIZE", ">STORED", "NOTES");
        document.path("backups")
                .forEach(b -> table.row(
                        text(b, "id"),
                        text(b, "type"),
                        text(b, "parent"),
                        text(b, "node"),
                        text(b, "startLsn"),
                        text(b, "stopLsn"),
                        text(b, "stopTime"),
                        megabytes(b.path("sourceBytes").asLong(0)),
                        megabytes(b.path("storedBytes").asLong(0)),
                        BackupNotes.of(b)));
        if (document.path("backups").isEmpty()) {
            app.out().println("there is no backup yet: pgprimacy backup");
        } else {
            table.print(app.out());
        }
        if (!document.path("dumps").isEmpty()) {
            app.out().println();
            dumps(document.path("dumps")).print(app.out());
        }
        if (text(document, "source").equals("log")) {
            app.say("from the log, which does not know what has been expired since: " + text(document, "why"));
        }
        return ExitCode.DONE;
    }

    /** Apart from the others, for nothing is recovered from them. */
    private static Table dumps(JsonNode dumps) {
        Table table = new Table("LOGICAL", "NODE", "BEGAN", "ENDED", ">SIZE", ">STORED", "DATABASES", "NOTES");
        for (JsonNode dump : dumps) {
            List<String> names = new ArrayList<>();
            dump.path("databases").forEach(d -> names.add(text(d, "name")));
            table.row(
                    text(dump, "id"),
                    text(dump, "node"),
                    text(dump, "startTime"),
                    text(dump, "stopTime"),
                    megabytes(dump.path("sourceBytes").asLong(0)),
                    megabytes(dump.path("storedBytes").asLong(0)),
                    names.isEmpty() ? dump.path("databaseCount").asString("-") : String.join(", ", names),
                    BackupNotes.of(dump));
        }
        return table;
    }

    private static String sentence(JsonNode running) {
        String progress = running.path("bytes").isNumber()
                ? ": " + megabytes(running.path("bytes").asLong(0)) + " of " + text(running, "files") + " files read, "
                        + megabytes(running.path("stored").asLong(0)) + " stored in " + text(running, "seconds") + " s"
                : "";
        return text(running, "node") + " takes a " + text(running, "type") + " backup" + progress;
    }

    private static String drilling(JsonNode drill) {
        String progress = drill.path("step").isString()
                ? ": " + text(drill, "step") + ", "
                        + megabytes(drill.path("bytes").asLong(0)) + " of "
                        + megabytes(drill.path("of").asLong(0)) + " restored, " + text(drill, "seconds") + " s"
                : "";
        return text(drill, "node") + " is at a drill with backup " + text(drill, "backup") + progress;
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("-");
    }

    static String megabytes(long bytes) {
        return bytes / 1_000_000 + "." + bytes / 100_000 % 10 + " MB";
    }
}
