package io.pgprimacy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The changes that take no more than a node's name. */
final class ChangeCommands {
    private ChangeCommands() {}

    @Command(name = "switchover", description = "Moves the primary to another member without losing anything.")
    static final class Switchover extends ChangeCommand {
        @Option(names = "--to", paramLabel = "NODE", description = "Default: the best candidate.")
        @Nullable
        String to;

        Switchover(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "switchover";
        }

        @Override
        String question() {
            return "switch cluster " + connection.cluster + " over to " + (to == null ? "the best candidate" : to)
                    + "?";
        }

        @Override
        void fill(CoordinatorClient client, ObjectNode body) {
            if (to != null) {
                body.put("to", to);
            }
        }
    }

    @Command(
            name = "failover",
            description = "Makes another member the primary although the old one may be gone. What the old primary had"
                    + " acknowledged and not sent is lost.")
    static final class Failover extends ChangeCommand {
        @Option(names = "--to", paramLabel = "NODE", description = "Default: the member whose data is closest.")
        @Nullable
        String to;

        @Option(
                names = "--allow-data-loss",
                description = "Also when acknowledged writes are known to be missing on it. Recorded with your reason.")
        boolean allowDataLoss;

        @Option(
                names = "--old-primary-is-down",
                description =
                        "You have made sure that the old primary's host is off, or its PostgreSQL and agent stopped. Needed"
                                + " where the log cannot tell: status says so then. If it is not true, two primaries may accept writes.")
        boolean oldPrimaryIsDown;

        Failover(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "failover";
        }

        @Override
        String question() {
            return "fail cluster " + connection.cluster + " over to " + (to == null ? "the best candidate" : to)
                    + (allowDataLoss ? ", EVEN IF ACKNOWLEDGED WRITES ARE LOST" : "")
                    + (oldPrimaryIsDown ? "; ARE YOU SURE THAT THE OLD PRIMARY IS DOWN?" : "?");
        }

        @Override
        void fill(CoordinatorClient client, ObjectNode body) {
            if (to != null) {
                body.put("to", to);
            }
            body.put("allowDataLoss", allowDataLoss);
            body.put("oldPrimaryIsDown", oldPrimaryIsDown);
        }
    }

    @Command(name = "pause", description = "Maintenance: nothing is automatic until resume.")
    static final class PauseAutomation extends ChangeCommand {
        PauseAutomation(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "pause";
        }

        @Override
        String question() {
            return "pause all automation of cluster " + connection.cluster + "?";
        }
    }

    @Command(name = "resume", description = "Ends the maintenance.")
    static final class Resume extends ChangeCommand {
        Resume(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "resume";
        }

        @Override
        String question() {
            return "resume the automation of cluster " + connection.cluster + "?";
        }
    }

    @Command(
            name = "reset-automation",
            description = "You have looked at the automatic failovers of late: their count starts anew.")
    static final class ResetAutomation extends ChangeCommand {
        ResetAutomation(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "reset-automation";
        }

        @Override
        String question() {
            return "let cluster " + connection.cluster + " fail over by itself again?";
        }
    }

    /** A change to one member. */
    abstract static class NodeChange extends ChangeCommand {
        @Parameters(index = "0", paramLabel = "NODE", description = "Name of the member.")
        String node = "";

        NodeChange(App app) {
            super(app);
        }

        @Override
        void fill(CoordinatorClient client, ObjectNode body) {
            body.put("node", node);
        }
    }

    @Command(name = "rebuild", description = "Throws a standby's data away and fills it anew.")
    static final class Rebuild extends NodeChange {
        Rebuild(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "rebuild";
        }

        @Override
        String question() {
            return "throw the data of " + node + " away and fill it anew?";
        }
    }

    @Command(
            name = "reload",
            description = {
                "Has a member's PostgreSQL read its configuration again, pg_hba.conf too; nobody is disturbed.",
                "The cluster's own parameters need no reload: config set puts them in force."
            })
    static final class Reload extends NodeChange {
        Reload(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "reload";
        }

        @Override
        String called() {
            return "reload of " + node;
        }

        @Override
        String question() {
            return "have PostgreSQL of " + node + " read its configuration again?";
        }
    }

    @Command(name = "remove", description = "Takes a member out of the cluster; its data stays on its host.")
    static final class Remove extends NodeChange {
        Remove(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "remove";
        }

        @Override
        String question() {
            return "remove " + node + " from cluster " + connection.cluster + "?";
        }
    }

    @Command(name = "admit", description = "Lets a node in that was removed or refused before.")
    static final class Admit extends NodeChange {
        Admit(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "admit";
        }

        @Override
        String question() {
            return "admit " + node + " to cluster " + connection.cluster + "?";
        }
    }
}
