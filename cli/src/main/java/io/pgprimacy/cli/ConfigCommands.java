package io.pgprimacy.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reading and changing what operators choose for a cluster. */
final class ConfigCommands {
    private ConfigCommands() {}

    static CommandLine commandLine(App app) {
        return new CommandLine(new Group())
                .addSubcommand(new Show(app))
                .addSubcommand(new Set(app))
                .addSubcommand(new Edit(app));
    }

    @Command(name = "config", description = "Shows or changes the cluster's configuration.")
    static final class Group implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "config needs show, set or edit");
        }
    }

    @Command(name = "show", description = "The configuration that is in force.")
    static final class Show extends ClusterCommand {
        Show(App app) {
            super(app);
        }

        @Override
        ExitCode run(CoordinatorClient client) {
            JsonNode config = ClusterView.of(client).document().path("config");
            if (json) {
                app.print(config);
            } else {
                Sentences.document(config).forEach(app.out()::println);
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "set",
            description = "Changes settings, for instance: config set rejoin=rebuild parameters.work_mem=8MB. An empty"
                    + " value takes a parameter back.")
    static final class Set extends ChangeCommand {
        @Parameters(arity = "1..*", paramLabel = "KEY=VALUE", description = "Keys as config show --json names them.")
        Map<String, String> settings = new TreeMap<>();

        Set(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "config";
        }

        @Override
        String question() {
            return "set " + settings + " for cluster " + connection.cluster + "?";
        }

        @Override
        void fill(CoordinatorClient client, ObjectNode body) {
            ObjectNode config = body.putObject("config");
            settings.forEach((key, value) -> put(config, key, value));
        }

        private static void put(ObjectNode config, String key, String value) {
            ObjectNode parent = config;
            String[] path = key.split("\\.", 2);
            if (path.length == 2) {
                parent = config.withObjectProperty(path[0]);
            }
            String name = path[path.length - 1];
            if (value.isEmpty() && path.length == 1) {
                // Of a setting that stands alone null would mean that it stays.
                parent.put(name, "");
            } else if (value.isEmpty()) {
                parent.putNull(name);
            } else {
                parent.set(
                        name,
                        path[0].equals("parameters") ? App.JSON.getNodeFactory().stringNode(value) : scalar(value));
            }
        }

        private static JsonNode scalar(String value) {
            if (value.matches("-?\\d{1,18}")) {
                return App.JSON.getNodeFactory().numberNode(Long.parseLong(value));
            }
            if (value.equals("true") || value.equals("false")) {
                return App.JSON.getNodeFactory().booleanNode(Boolean.parseBoolean(value));
            }
            return App.JSON.getNodeFactory().stringNode(value);
        }
    }

    @Command(name = "edit", description = "Opens the configuration in $VISUAL or $EDITOR and sends what was changed.")
    static final class Edit extends ChangeCommand {
        private Optional<String> seen = Optional.empty();

        Edit(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "config";
        }

        @Override
        String question() {
            return "put this configuration in force for cluster " + connection.cluster + "?";
        }

        @Override
        void fill(CoordinatorClient client, ObjectNode body) {
            JsonNode cluster = ClusterView.of(client).document();
            JsonNode before = cluster.path("config");
            seen = Optional.of(cluster.path("configVersion"))
                    .filter(JsonNode::isNumber)
                    .map(version -> "\"" + version.asLong() + "\"");
            JsonNode after = edited(before);
            if (after.equals(before)) {
                throw new CliFailure(ExitCode.FAILED, "nothing was changed", "");
            }
            body.set("config", after);
        }

        /** All of it is sent back: what somebody else has changed while the editor was open would be undone. */
        @Override
        Optional<String> madeFrom() {
            return seen;
        }

        private JsonNode edited(JsonNode before) {
            try {
                Path file = Files.createTempFile("pgprimacy-config-", ".json");
                try {
                    Files.writeString(
                            file, App.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(before) + "\n");
                    edit(file);
                    return App.JSON.readTree(Files.readString(file));
                } finally {
                    Files.deleteIfExists(file);
                }
            } catch (JacksonException e) {
                throw new CliFailure(
                        ExitCode.USAGE,
                        "that is not JSON: " + e.getOriginalMessage(),
                        "nothing was changed; try again",
                        e);
            } catch (IOException e) {
                throw new CliFailure(ExitCode.FAILED, "cannot edit: " + e, "set EDITOR, or use config set", e);
            }
        }

        private void edit(Path file) throws IOException {
            String editor =
                    app.environment().getOrDefault("VISUAL", app.environment().getOrDefault("EDITOR", "vi"));
            Process process = new ProcessBuilder(List.of("/bin/sh", "-c", editor + " \"$1\"", "sh", file.toString()))
                    .inheritIO()
                    .start();
            try {
                if (process.waitFor() != 0) {
                    throw new CliFailure(ExitCode.FAILED, editor + " failed", "nothing was changed");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CliFailure(ExitCode.FAILED, "interrupted", "", e);
            }
        }
    }
}
