package io.pgprimacy.cli;

import java.util.List;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(
        name = "status",
        description =
                "As list, and what the coordinator thinks of it now. Exit code 1 when the cluster is not healthy.")
final class StatusCommand extends ClusterCommand {
    StatusCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        ClusterView view = ClusterView.of(client);
        if (json) {
            app.print(view.document());
        } else {
            view.print(app.out());
            JsonNode verdict = view.document().path("verdict");
            ClusterView.text(verdict, "rule")
                    .ifPresent(rule -> app.out()
                            .println("now: " + rule + ": "
                                    + verdict.path("because").asString("")));
            app.out().println(synchronous(view.document().path("sync")));
        }
        return view.healthy() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static String synchronous(JsonNode sync) {
        List<String> standbys = ClusterView.children(sync.path("standbys"))
                .map(name -> name.asString(""))
                .toList();
        if (standbys.isEmpty()) {
            return "commits wait for the primary's own disk only";
        }
        return "commits wait for " + sync.path("acknowledgements").asInt(0) + " of " + String.join(", ", standbys)
                + (sync.path("applied").asBoolean(true) ? "" : " (not yet in force)");
    }
}
