package io.pgprimacy.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code restore preview}. */
@Command(
        name = "preview",
        description =
                "Which backup and which WAL a restore to a target takes, how much that is, and where it ends. Changes nothing.")
final class RestorePreviewCommand extends ClusterCommand {
    /** It goes through all backups and all WAL of a cluster, over a store that may be slow. */
    static final Duration ANSWER = Duration.ofMinutes(3);

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TARGET",
            description = "latest, a time with its zone (2026-11-23T15:50:03Z), an LSN, xid:N, name:NAME.")
    String to = "";

    @Option(names = "--to-exclusive", description = "Stop just before it.")
    boolean exclusive;

    @Option(names = "--backup", paramLabel = "BACKUP", description = "From that one; default: the last before it.")
    @Nullable
    String backup;

    @Option(names = "--timeline", paramLabel = "N", description = "Follow that one; default: the present one.")
    @Nullable
    Long timeline;

    RestorePreviewCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        ObjectNode body = App.JSON.createObjectNode();
        body.put("to", to);
        body.put("exclusive", exclusive);
        if (backup != null) {
            body.put("backup", backup);
        }
        if (timeline != null) {
            body.put("timeline", timeline);
        }
        JsonNode preview = client.post("/restore/preview", body, ANSWER);
        if (json) {
            app.print(preview);
        } else {
            print(preview);
        }
        return ExitCode.DONE;
    }

    private void print(JsonNode preview) {
        app.out()
                .println("backup    " + text(preview, "backup") + ", " + text(preview, "type") + ", of "
                        + text(preview, "node") + ", ended " + text(preview, "backupEnded") + "; "
                        + preview.path("chain").size() + " to download, "
                        + megabytes(preview, "backupBytes") + " at the most");
        app.out()
                .println("WAL       " + text(preview, "walFrom") + " to " + text(preview, "walUpTo")
                        + " at the latest, timeline " + text(preview, "timeline") + "; "
                        + text(preview, "walSegments") + " segments, " + megabytes(preview, "walBytes"));
        app.out().println("ends      " + text(preview, "ends"));
        app.out().println("download  " + megabytes(preview, "downloadBytes"));
        if (!preview.path("complete").asBoolean(true)) {
            app.say("there is a hole in the WAL after " + text(preview, "walUpTo")
                    + ": what lies behind it cannot be reached from this backup");
        }
    }

    private static String megabytes(JsonNode node, String field) {
        return BackupsCommand.megabytes(node.path(field).asLong(0));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("-");
    }
}
