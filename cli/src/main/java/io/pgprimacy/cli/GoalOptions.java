package io.pgprimacy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The options that say to what moment stored data is brought, for whatever is made of it. */
final class GoalOptions {
    @Option(
            names = "--to",
            paramLabel = "TARGET",
            defaultValue = "latest",
            description =
                    "latest (what is stored now), a time with its zone (2026-11-23T15:50:03Z), an LSN, xid:N or name:NAME; default: ${DEFAULT-VALUE}.")
    String to = "latest";

    @Option(names = "--to-exclusive", description = "End before the target, not with it.")
    boolean exclusive;

    @Option(
            names = "--backup",
            paramLabel = "ID",
            description = "The one to begin with; default: the last one before the target.")
    @Nullable
    String backup;

    void fill(ObjectNode body) {
        body.put("to", to);
        body.put("exclusive", exclusive);
        if (backup != null) {
            body.put("backup", backup);
        }
    }
}
