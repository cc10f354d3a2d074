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

    /** A backup goes only where none of these keeps it. Where all are left out it is the configured policy. */
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
            return body;
        }

        private static void put(ObjectNode body, String name, @Nullable Integer number) {
            if (number != null) {
                body.put(name, number);
            }
        }
    }

    @Command(
            name = "plan",
            description = {
                "What a policy would keep and let go, and why. Changes nothing.",
                "Without options: the configured one (config set retention.full=2)."
            })
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
                app.out().println("stays: " + plan.path("policy").asString(""));
                table(plan).print(app.out());
                wal(plan).forEach(app.out()::println);
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "apply",
            description = {
                "Shows the plan, asks, marks what goes, and waits until that is done. What was marked a day ago and still goes is removed. A pin in"
                        + " between saves a backup.",
                "Without options: the configured policy, which is applied by itself every day as well. One that keeps less is refused."
            })
    static final class Apply extends ChangeCommand {
        @Mixin
        Policy policy = new Policy();

        Apply(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "retention";
        }

        @Override
        Duration answer() {
            return ANSWER;
        }

        @Override
        Duration patience() {
            return ANSWER;
        }

        @Override
        void beforehand(CoordinatorClient client) {
            JsonNode plan = client.post("/retention/plan", policy.body(), ANSWER);
            app.say("stays: " + plan.path("policy").asString(""));
            table(plan).print(app.err());
            wal(plan).forEach(app::say);
        }

        @Override
        String question() {
            return "mark what goes, and remove what was marked long ago?";
        }

        @Override
        void fill(CoordinatorClient client, ObjectNode body) {
            ObjectNode wanted = policy.body();
            if (!wanted.isEmpty()) {
                body.set("policy", wanted);
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
