package io.pgprimacy.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "explain",
        description =
                "Why the primary changed last, or why any decision was taken: rule, evidence, rejected candidates,"
                        + " timings.")
final class ExplainCommand extends ClusterCommand {
    @Parameters(
            index = "0",
            paramLabel = "last|ID",
            defaultValue = "last",
            description = "Id of a decision or request from events; default: the last change of primary.")
    String id = "last";

    ExplainCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        JsonNode answer = client.get("/explain/" + CoordinatorClient.encode(id));
        if (json) {
            app.print(answer);
        } else {
            app.out().println(answer.path("text").asString(answer.toString()).stripTrailing());
        }
        return ExitCode.DONE;
    }
}
