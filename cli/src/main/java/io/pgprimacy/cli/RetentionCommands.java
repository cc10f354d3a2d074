package io.pgprimacy.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code retention plan} and {@code retention apply}. */
final class RetentionCommands {
    /** The storage service goes through all backups and all WAL. */
    private static final Duration ANSWER = Duration.ofMinutes(3);

    private RetentionCommands() {}

    static CommandLine commandLine(App app) {
        return new CommandLine(new Group()).addSubcommand(new Plan(app)).addSubcommand(new Apply(app));
    }

    @Command(name = "retention", description = "Which backups stay, and which may go.")
    static final class Group implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "retention needs a subcommand: plan or apply");
        }
    }

    /** A backup goes only where none of these keeps it. */
    static final class Policy {
        @Option(
                names = "--full",
                paramLabel = "N",
                description = "The newest N good full backups, all that rests upon them, and all WAL since.")
        @Nullable
        Integer full;

        @Option(names = "--window", paramLabel = "DURATION", description = "Every moment since so long ago: 7d, 36h.")
        @Nullable
        String window;

        @Option(names = "--daily", paramLabel = "N", description = "The newest good backup of each of N days.")
        @Nullable
        Integer daily;

        @Option(names = "--weekly", paramLabel = "N", description = "The same of N weeks.")
        @Nullable
        Integer weekly;

        @Option(names = "--monthly", paramLabel = "N", description = "The same of N months.")
        @Nullable
        Integer monthly;

        ObjectNode body() {
            ObjectNode body = App.JSON.createObjectNode();
            put(body, "full", full);
            put(body, "daily", daily);
            put(body, "weekly", weekly);
            put(body, "monthly", monthly);
            if (window != null) {
                body.put("window", window);
            }
            if (body.isEmpty()) {
                throw new CliFailure(
                        ExitCode.USAGE,
                        "no policy is given, and one that keeps nothing is never meant",
                        "for instance: --full 2 --window 7d --monthly 6");
            }
            return body;
        }

        private static void put(ObjectNode body, String name, @Nullable Integer number) {
            if (number != null) {
                body.put(name, number);
            }
        }
    }

    @Command(name = "plan", description = "What a policy would keep and let go, and why. Changes nothing.")
    static final class Plan extends ClusterCommand {
        @Mixin
        Policy policy = new Policy();

        Plan(App app) {
            super(app);
        }

        @Override
        ExitCode run(CoordinatorClient client) {
            JsonNode plan = client.post("/retention/plan", policy.body(), ANSWER);
            if (json) {
                app.print(plan);
            } else {
                table(plan).print(app.out());
                wal(plan).forEach(app.out()::println);
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "apply",
            description =
                    "Shows the plan, asks, and marks what goes. What was marked a day ago and still goes is removed: run it by"
                            + " schedule, with the same policy. A pin in between saves a backup.")
    static final class Apply extends ClusterCommand {
        @Mixin
        Policy policy = new Policy();

        @Mixin
        Origin origin = new Origin();

        @Option(
                names = {"--yes", "-y"},
                description = "Do not ask.")
        boolean yes;

        Apply(App app) {
            super(app);
        }

        @Override
        ExitCode run(CoordinatorClient client) {
            ObjectNode body = origin.body();
            body.set("policy", policy.body());
            JsonNode plan = client.post("/retention/plan", policy.body(), ANSWER);
            table(plan).print(app.err());
            wal(plan).forEach(app::say);
            Confirmation.ask(app, yes, "mark what goes, and remove what was marked long ago?");
            JsonNode applied = client.post("/retention/apply", body, ANSWER);
            if (json) {
                app.print(applied);
            } else {
                print(applied);
            }
            return ExitCode.DONE;
        }

        private void print(JsonNode applied) {
            backups(applied, "removed", "removed, and the space is free within an hour or two");
            backups(applied, "marked", "marked: the next run after the grace removes it, unless it is pinned");
            backups(applied, "waiting", "was marked before, and the grace is not over");
            backups(applied, "released", "was marked before, and stays after all");
            amount(applied.path("walRemoved"), "removed");
            amount(applied.path("walMarked"), "marked: the next run after the grace removes it");
        }

        private void backups(JsonNode applied, String field, String what) {
            applied.path(field).forEach(id -> app.out().println(id.asString("") + "  " + what));
        }

        private void amount(JsonNode amount, String what) {
            if (amount.path("objects").asLong(0) > 0) {
                app.out().println(amountOf(amount) + "  " + what);
            }
        }
    }

    private static Table table(JsonNode plan) {
        Table table = new Table("BACKUP", "", "BECAUSE");
        for (JsonNode verdict : plan.path("backups")) {
            List<String> because = verdict.path("because")
                    .valueStream()
                    .map(text -> text.asString(""))
                    .toList();
            table.row(
                    verdict.path("backup").asString("-"),
                    verdict.path("stays").asBoolean(false) ? "stays" : "GOES",
                    String.join("; ", because));
        }
        return table;
    }

    private static List<String> wal(JsonNode plan) {
        List<String> lines = new ArrayList<>();
        plan.path("wal").forEach(need -> lines.add("WAL stays: " + need.asString("")));
        if (plan.path("walGoes").path("objects").asLong(0) > 0) {
            lines.add("WAL goes: " + amountOf(plan.path("walGoes")) + " that no backup needs");
        }
        return lines;
    }

    private static String amountOf(JsonNode amount) {
        return amount.path("objects").asLong(0) + " objects of WAL, "
                + BackupsCommand.megabytes(amount.path("bytes").asLong(0));
    }
}
