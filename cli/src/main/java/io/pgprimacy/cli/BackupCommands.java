package io.pgprimacy.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code backup}, which takes one, and {@code backup cancel}. */
final class BackupCommands {
    private BackupCommands() {}

    static CommandLine commandLine(App app) {
        return new CommandLine(new Take(app)).addSubcommand(new Cancel(app));
    }

    /** Short for what people type, the whole word for what the interface takes. */
    enum Type {
        FULL("full"),
        DIFF("differential"),
        INCR("incremental"),
        LOGICAL("logical");

        private final String word;

        Type(String word) {
            this.word = word;
        }
    }

    @Command(
            name = "backup",
            description =
                    "Takes a backup now and waits for its end: of the standby that has replayed most, where one streams.")
    static final class Take extends WorkCommand {
        @Option(
                names = "--type",
                paramLabel = "full|diff|incr|logical",
                defaultValue = "full",
                description = {
                    "diff stores what changed since the last full one, incr since the last one; default: full.",
                    "logical dumps roles and each database for pg_restore; nothing is recovered from it, and no other backup rests upon it."
                })
        Type type = Type.FULL;

        @Option(names = "--from", paramLabel = "NODE", description = "The node to take it of.")
        @Nullable
        String from;

        @Option(
                names = "--database",
                paramLabel = "NAME",
                description = "With --type logical: only this database; may be repeated. Default: all.")
        List<String> databases = new ArrayList<>();

        Take(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "backup";
        }

        @Override
        void fill(ObjectNode body) {
            if (!databases.isEmpty() && type != Type.LOGICAL) {
                throw new CliFailure(
                        ExitCode.USAGE,
                        "a " + type.word + " backup is of all databases",
                        "add --type logical to dump some of them");
            }
            body.put("type", type.word);
            if (!databases.isEmpty()) {
                databases.forEach(body.putArray("databases")::add);
            }
            if (from != null) {
                body.put("from", from);
            }
        }
    }

    @Command(name = "cancel", description = "Ends the backup that is being taken; nothing of it stays.")
    static final class Cancel extends ChangeCommand {
        Cancel(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "backup-cancel";
        }

        @Override
        String question() {
            return "end the backup of cluster " + connection.cluster + " that is being taken?";
        }
    }
}
