package io.pgprimacy.cli;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "verify-repository",
        description =
                "Hashes what is stored and compares, a bounded run after the other, until all of it was seen. Exit code 1 where something"
                        + " is damaged. What was verified is remembered: one that is broken off goes on where it stopped.")
final class VerifyRepositoryCommand extends ClusterCommand {
    private static final int RUN_SECONDS = 10;
    private static final Duration ANSWER = Duration.ofMinutes(3);

    @Option(
            names = "--rate",
            paramLabel = "MB",
            description = "Megabytes a second that are read at the most; default: no limit.")
    long rate;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "24h",
            description = "When to break off; default: ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofHours(24);

    private final Set<String> passed = new LinkedHashSet<>();
    private final Set<String> damaged = new LinkedHashSet<>();
    private final Set<String> unreadable = new LinkedHashSet<>();
    private long objects;
    private long bytes;

    VerifyRepositoryCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        if (rate < 0) {
            throw new CliFailure(ExitCode.USAGE, "--rate is negative", "leave it out for no limit");
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        Set<String> wanted = stored(client);
        while (!passed.containsAll(wanted)) {
            if (System.nanoTime() - deadline >= 0) {
                throw new CliFailure(
                        ExitCode.TIMEOUT,
                        passed.size() + " of " + wanted.size() + " backups are verified after "
                                + Durations.text(timeout),
                        "the same again goes on where this one stopped");
            }
            run(client, wanted);
        }
        return report(client);
    }

    /** What is taken meanwhile is a matter of the next verification. */
    private static Set<String> stored(CoordinatorClient client) {
        JsonNode document = client.get("/backups");
        if (!document.path("source").asString("").equals("storage")) {
            throw new CliFailure(
                    ExitCode.FAILED,
                    "nothing can be verified: " + document.path("why").asString(""),
                    "pgprimacy status and the storage service's log say more");
        }
        Set<String> ids = new LinkedHashSet<>();
        document.path("backups").forEach(b -> ids.add(b.path("id").asString("")));
        return ids;
    }

    private void run(CoordinatorClient client, Set<String> wanted) {
        ObjectNode body = App.JSON.createObjectNode();
        body.put("seconds", RUN_SECONDS);
        body.put("bytesPerSecond", rate * 1_000_000);
        JsonNode outcome = client.post("/verifications", body, ANSWER);
        objects += outcome.path("objects").asLong(0);
        bytes += outcome.path("bytes").asLong(0);
        add(outcome, "passed", passed);
        add(outcome, "damaged", damaged);
        add(outcome, "unreadable", unreadable);
        // One that goes meanwhile is waited for no longer; nor one whose list itself is damaged, for it has no end.
        wanted.retainAll(stored(client));
        wanted.removeIf(id -> damaged.stream().anyMatch(name -> name.contains("/" + id + "/")));
        app.say("  " + objects + " objects, " + BackupsCommand.megabytes(bytes) + ", "
                + wanted.stream().filter(passed::contains).count() + " of " + wanted.size() + " backups whole, "
                + damaged.size() + " objects damaged");
    }

    private static void add(JsonNode outcome, String field, Set<String> to) {
        outcome.path(field).forEach(name -> to.add(name.asString("")));
    }

    private ExitCode report(CoordinatorClient client) {
        JsonNode backups = client.get("/backups").path("backups");
        if (json) {
            app.print(document());
        } else {
            Table table = new Table("BACKUP", "TYPE", "RESULT");
            backups.forEach(
                    b -> table.row(b.path("id").asString("-"), b.path("type").asString("-"), BackupNotes.of(b)));
            table.print(app.out());
            damaged.forEach(name -> app.out().println("damaged: " + name));
            unreadable.forEach(name -> app.out().println("unreadable: " + name));
        }
        return damaged.isEmpty() && unreadable.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private ObjectNode document() {
        ObjectNode document = App.JSON.createObjectNode();
        document.put("objects", objects);
        document.put("bytes", bytes);
        for (var list : List.of(
                Map.entry("passed", passed), Map.entry("damaged", damaged), Map.entry("unreadable", unreadable))) {
            ArrayNode names = document.putArray(list.getKey());
            list.getValue().forEach(names::add);
        }
        return document;
    }
}
