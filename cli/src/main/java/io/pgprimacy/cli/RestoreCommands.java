package io.pgprimacy.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code restore cluster}, {@code restore node}, {@code restore confirm} and {@code restore preview}. */
final class RestoreCommands {
    private static final Duration DAY = Duration.ofHours(24);

    private RestoreCommands() {}

    static CommandLine commandLine(App app) {
        return new CommandLine(new Group())
                .addSubcommand(new Cluster(app))
                .addSubcommand(new Node(app))
                .addSubcommand(new Confirm(app))
                .addSubcommand(new RestorePreviewCommand(app));
    }

    @Command(name = "restore", description = "Brings back what the repository has: the whole cluster, or one node.")
    static final class Group implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(
                    spec.commandLine(),
                    "say what: restore cluster, restore node NODE, restore confirm, or restore preview --to TARGET");
        }
    }

    @Command(
            name = "cluster",
            description = {
                "Brings the whole cluster back to a moment. Writes end at once; one member restores and becomes primary, the others are filled anew.",
                "What was committed after that moment is discarded. The restored member keeps its old data beside the new,"
                        + " in DIRECTORY.before-restore-TERM, until restore confirm. Where the restore fails, the cluster goes on as it was.",
                "With --from-bucket there is no cluster yet: agents with empty directories wait for one, and it begins with what its repository holds."
            })
    static final class Cluster extends ChangeCommand {
        @Mixin
        GoalOptions goal = new GoalOptions();

        @Option(
                names = "--node",
                paramLabel = "NODE",
                description =
                        "The one that restores and becomes primary; default: the present primary, if it can; from the bucket: the first that is there.")
        @Nullable
        String node;

        @ArgGroup(
                exclusive = false,
                heading = "%nWhere every host and the log are gone, and only the bucket and the master key are left:%n")
        @Nullable
        FromBucket fromBucket;

        Cluster(App app) {
            super(app);
        }

        @Override
        String verb() {
            return fromBucket == null ? "restore" : "create";
        }

        @Override
        String called() {
            return "restore";
        }

        /** The repository is asked first whether it can be; agents that wait for the log of a cluster take some seconds to announce themselves. */
        @Override
        Duration answer() {
            return fromBucket == null ? RestorePreviewCommand.ANSWER : StoredOrigin.ANSWER;
        }

        @Override
        void afterwards(CoordinatorClient client, Duration patience, long begun) {
            if (fromBucket != null) {
                fromBucket.awaitAll(app, client, patience, begun, json, "cluster " + client.cluster() + " is back");
            }
        }

        @Override
        Duration patience() {
            return DAY;
        }

        @Override
        String question() {
            if (fromBucket != null) {
                return "make cluster " + connection.cluster + " anew from what its repository holds, as of " + goal.to
                        + "?";
            }
            return "stop cluster " + connection.cluster + ", bring it back to " + goal.to
                    + " and discard what was committed after that?";
        }

        @Override
        void fill(CoordinatorClient client, ObjectNode body) {
            if (fromBucket != null) {
                fromBucket.fill(body, goal, node);
                return;
            }
            goal.fill(body);
            if (node != null) {
                body.put("node", node);
            }
        }
    }

    @Command(
            name = "node",
            description =
                    "Throws a standby's data away and fills it anew: from the repository first, from the primary where"
                            + " that cannot be.")
    static final class Node extends ChangeCommands.NodeChange {
        Node(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "rebuild";
        }

        @Override
        Duration patience() {
            return DAY;
        }

        @Override
        String question() {
            return "throw the data of " + node + " away and fill it anew?";
        }
    }

    @Command(
            name = "confirm",
            description = {
                "Says that what was restored is right, and waits until what restores have replaced is removed: the directories that status names.",
                "Until then every restore keeps what it replaces, also what an earlier restore had put in its place."
            })
    static final class Confirm extends ChangeCommand {
        @Option(
                names = "--node",
                paramLabel = "NODE",
                description = "Only what this one keeps; default: what every member does.")
        @Nullable
        String node;

        Confirm(App app) {
            super(app);
        }

        @Override
        String verb() {
            return "restore-confirm";
        }

        @Override
        String called() {
            return "restore confirm";
        }

        @Override
        Duration patience() {
            return DAY;
        }

        @Override
        String question() {
            return "remove what restores have replaced" + (node == null ? "" : " on " + node) + " in cluster "
                    + connection.cluster + " for good?";
        }

        @Override
        void fill(CoordinatorClient client, ObjectNode body) {
            if (node != null) {
                body.put("node", node);
            }
        }
    }
}
