package io.pgprimacy.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "why-not", description = "Why this node would not become the primary now.")
final class WhyNotCommand extends ClusterCommand {
    @Parameters(index = "0", paramLabel = "NODE", description = "Name of the member.")
    String node = "";

    WhyNotCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        JsonNode answer = client.get("/why-not/" + CoordinatorClient.encode(node));
        if (json) {
            app.print(answer);
        } else {
            app.out().println(answer.path("sentence").asString(answer.toString()));
        }
        return ExitCode.DONE;
    }
}
