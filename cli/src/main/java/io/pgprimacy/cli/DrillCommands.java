package io.pgprimacy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code drill}, which proves a backup, and {@code drill cancel}. */
final class DrillCommands {
    private DrillCommands() {}

    static CommandLine commandLine(App app) {
        return new CommandLine(new Drill(app)).addSubcommand(new Cancel(app));
    }

    @Command(
            name = "drill",
            description = {
                "Proves that a backup can be restored, and waits for the end: a standby restores it into a scratch directory, starts it where"
                        + " nobody can reach it, checks all of it, and removes it again.",
                "A backup that passes is listed as proven, with the time until it was open. Exit code 1 where it is not."
            })
    static final class Drill extends WorkCommand {
        @Option(names = "--backup", paramLabel = "ID", description = "Which one; default: the newest that is sound.")
        @Nullable
        String backup;

        @Option(
                names = "--on",
                paramLabel = "NODE",
                description = "Where; default: the standby that has replayed most.")
        @Nullable
        String on;

        Drill(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "drill";
        }

        @Override
        void fill(ObjectNode body) {
            if (backup != null) {
                body.put("backup", backup);
            }
            if (on != null) {
                body.put("on", on);
            }
        }
    }

    @Command(name = "cancel", description = "Ends the drill that is under way; nothing of it stays.")
    static final class Cancel extends ChangeCommand {
        Cancel(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "drill-cancel";
        }

        @Override
        String question() {
            return "end the drill of cluster " + connection.cluster + " that is under way?";
        }
    }
}
