package io.pgprimacy.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
        name = "operations",
        description = "What people have asked for and what became of it, newest first. explain ID tells all of one.")
final class OperationsCommand extends ClusterCommand {
    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "pending, running, succeeded, refused or failed; several with commas.")
    @Nullable
    String state;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "What was asked for: switchover, backup, config-change.")
    @Nullable
    String kind;

    @Option(names = "--node", paramLabel = "NODE", description = "About that node.")
    @Nullable
    String node;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "The newest N; default: ${DEFAULT-VALUE}.")
    int limit = 20;

    OperationsCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        JsonNode page = client.get(
                "/operations?limit=" + limit + filter("state", state) + filter("kind", kind) + filter("node", node));
        if (json) {
            app.print(page);
            return ExitCode.DONE;
        }
        Table table = new Table("ID", "ASKED", "KIND", "BY", "STATE", "MESSAGE");
        page.forEach(o -> table.row(
                o.path("id").asString(""),
                o.path("requestedAt").asString(""),
                o.path("kind").asString(""),
                o.path("actor").asString(""),
                o.path("state").asString("").toLowerCase(Locale.ROOT),
                o.path("message").asString("")));
        if (page.isEmpty()) {
            app.out().println("nobody has asked for such a thing");
        } else {
            table.print(app.out());
        }
        return ExitCode.DONE;
    }

    private static String filter(String name, @Nullable String value) {
        return value == null ? "" : "&" + name + "=" + CoordinatorClient.encode(value);
    }
}
