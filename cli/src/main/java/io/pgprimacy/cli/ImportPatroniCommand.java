package io.pgprimacy.cli;

import io.pgprimacy.cli.patroni.NotPatroni;
import io.pgprimacy.cli.patroni.PatroniImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "import-patroni",
        description =
                "Reads a patroni.yml: what of it is the cluster's configuration here, what the agent's settings, and what has no"
                        + " equivalent. Changes nothing without --apply.")
final class ImportPatroniCommand implements Callable<Integer> {
    private static final String TO_BE_GIVEN = "# to be given: ";

    private final App app;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(paramLabel = "FILE", description = "The patroni.yml of a node.")
    Path file = Path.of("");

    @Option(names = "--kafka", paramLabel = "HOST:PORT,...", description = "For the agent's settings.")
    @Nullable
    String kafka;

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description = "Writes the agent's settings there; no file may be there yet.")
    @Nullable
    Path settings;

    @Option(
            names = "--apply",
            description = "Asks the coordinators to put the configuration in force. The cluster must be there.")
    boolean apply;

    @Option(
            names = {"--reason", "-r"},
            paramLabel = "TEXT",
            description = "Why; kept in the audit trail. Needed with --apply.")
    String reason = "";

    @Option(
            names = {"--yes", "-y"},
            description = "Do not ask.")
    boolean yes;

    @Option(names = "--json", description = "One JSON document on stdout and nothing else.")
    boolean json;

    ImportPatroniCommand(App app) {
        this.app = app;
    }

    /** The same request as {@code config set} makes. */
    @Command(name = "apply")
    private static final class Apply extends ChangeCommand {
        private final ObjectNode config;

        Apply(App app, ObjectNode config) {
            super(app);
            this.config = config;
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
            body.set("config", config);
        }
    }

    @Override
    public Integer call() {
        if (apply) {
            Confirmation.requireReason(reason);
        } else if (!reason.isBlank() || yes) {
            throw new ParameterException(spec.commandLine(), "--reason and --yes go with --apply");
        }
        PatroniImport read = read();
        String cluster =
                spec.commandLine().getParseResult().hasMatchedOption("--cluster") ? connection.cluster : read.cluster();
        List<String> lines = lines(read, cluster);
        if (settings != null) {
            write(settings, lines);
        }
        if (json) {
            if (!apply) {
                app.print(document(read, cluster));
            }
        } else {
            tell(read, cluster, lines);
        }
        return apply ? applied(read, cluster) : ExitCode.DONE.number();
    }

    private int applied(PatroniImport read, String cluster) {
        Apply change = new Apply(app, read.config());
        connection.cluster = cluster;
        change.connection = connection;
        change.reason = reason;
        change.yes = yes;
        change.json = json;
        return change.call();
    }

    private PatroniImport read() {
        try {
            return PatroniImport.of(Files.readString(file));
        } catch (IOException e) {
            throw new CliFailure(ExitCode.USAGE, "cannot read " + file + ": " + e, "give the path of a patroni.yml", e);
        } catch (NotPatroni e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    file + " is not taken over: " + e.getMessage(),
                    "nothing was changed; docs/how-to/from-patroni.md",
                    e);
        }
    }

    private List<String> lines(PatroniImport read, String cluster) {
        List<String> lines = new ArrayList<>();
        read.settings().forEach((key, value) -> {
            String given = key.equals("cluster")
                    ? cluster
                    : key.equals("kafka.bootstrap.servers") && kafka != null ? kafka : value;
            lines.add(given.isEmpty() ? TO_BE_GIVEN + key + " =" : key + " = " + given.replace("\\", "\\\\"));
        });
        return lines;
    }

    /** It may hold a password. Never over another file: that one may be in use. */
    private static void write(Path target, List<String> lines) {
        try {
            Files.createFile(
                    target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(target, lines);
        } catch (IOException e) {
            throw new CliFailure(
                    ExitCode.USAGE, "cannot write " + target + ": " + e, "name a file that is not there yet", e);
        }
    }

    private void tell(PatroniImport read, String cluster, List<String> lines) {
        app.out().println("cluster " + cluster);
        Sentences.document(read.config()).forEach(line -> app.out().println("  " + line));
        app.out().println();
        app.out().println("agent.properties of node " + read.node());
        lines.forEach(line -> app.out().println("  " + hidden(line)));
        app.out().println();
        app.out().println("different here, or without an equivalent");
        Table table = new Table("SETTING", "");
        read.notes().forEach(note -> table.row(note.setting(), note.why()));
        table.print(app.out());
    }

    private static String hidden(String line) {
        return line.startsWith("postgres.password") ? "postgres.password = (not shown; --settings writes it)" : line;
    }

    private ObjectNode document(PatroniImport read, String cluster) {
        ObjectNode document = App.JSON.createObjectNode();
        document.put("cluster", cluster);
        document.put("node", read.node());
        document.set("config", read.config());
        ObjectNode shown = document.putObject("settings");
        for (Map.Entry<String, String> setting : read.settings().entrySet()) {
            if (!setting.getKey().equals("postgres.password")) {
                shown.put(setting.getKey(), setting.getKey().equals("cluster") ? cluster : setting.getValue());
            }
        }
        ArrayNode notes = document.putArray("notes");
        read.notes()
                .forEach(
                        note -> notes.addObject().put("setting", note.setting()).put("why", note.why()));
        return document;
    }
}
