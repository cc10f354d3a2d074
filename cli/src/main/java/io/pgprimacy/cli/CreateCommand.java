package io.pgprimacy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "create",
        description =
                "Makes a cluster out of nodes whose agents already run: a new one, or one that takes over a running"
                        + " PostgreSQL.")
final class CreateCommand extends ChangeCommand {
    @Option(names = "--first", required = true, paramLabel = "NODE", description = "The first primary.")
    String first = "";

    @Option(
            names = "--adopt",
            description =
                    "That node's PostgreSQL already runs as a primary and keeps its data. Else it is initialised.")
    boolean adopt;

    @Option(names = "--profile", paramLabel = "NAME", description = "fast, normal, cross-zone or wan; default: normal.")
    @Nullable
    String profile;

    @Option(names = "--sync", description = "A commit waits for any one standby.")
    boolean sync;

    CreateCommand(App app) {
        super(app);
    }

    @Override
    String verb() {
        return "create";
    }

    @Override
    String question() {
        return adopt
                ? "adopt the PostgreSQL that runs on " + first + " as cluster " + connection.cluster + "?"
                : "initialise " + first + " as the first primary of cluster " + connection.cluster + "?";
    }

    @Override
    void fill(CoordinatorClient client, ObjectNode body) {
        fill(body, first, adopt, profile == null ? "normal" : profile, sync);
    }

    static void fill(ObjectNode body, String first, boolean adopt, String profile, boolean sync) {
        body.put("first", first);
        body.put("adopt", adopt);
        ObjectNode config = body.putObject("config");
        config.put("profile", profile);
        config.put("sync", sync);
    }
}
