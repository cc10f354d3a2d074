package io.pgprimacy.cli;

import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Why it is asked for; goes into the audit trail, with the name of whose token it is. */
final class Origin {
    @Option(
            names = {"--reason", "-r"},
            required = true,
            paramLabel = "TEXT",
            description = "Why; kept in the audit trail.")
    String reason = "";

    ObjectNode body() {
        Confirmation.requireReason(reason);
        ObjectNode body = App.JSON.createObjectNode();
        body.put("reason", reason);
        return body;
    }
}
