package io.pgprimacy.cli;

import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Who asks, and why; both go into the audit trail. */
final class Origin {
    @Option(
            names = {"--reason", "-r"},
            required = true,
            paramLabel = "TEXT",
            description = "Why; kept in the audit trail.")
    String reason = "";

    @Option(
            names = "--actor",
            paramLabel = "NAME",
            description = "On whose behalf; default: USER@HOST of this process.")
    String actor = "";

    ObjectNode body() {
        Confirmation.requireReason(reason);
        ObjectNode body = App.JSON.createObjectNode();
        body.put("actor", actor.isBlank() ? ChangeCommand.self() : actor);
        body.put("reason", reason);
        return body;
    }
}
