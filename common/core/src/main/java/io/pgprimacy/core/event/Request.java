package io.pgprimacy.core.event;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.id.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a person has asked for. Nothing happens before a decision answers it, but for what is {@link OfRepository}. */
public sealed interface Request extends ClusterEvent {
    /** Unique; the decision that answers it repeats it. */
    String id();

    /** Who asks, and why. */
    Origin origin();

    record Origin(String actor, String reason) {
        public Origin {
            if (actor.isBlank()) {
                throw new IllegalArgumentException("actor is missing");
            }
            if (reason.isBlank()) {
                throw new IllegalArgumentException("reason is missing");
            }
        }
    }

    /**
     * @param adopt the first node's PostgreSQL already runs as a primary; otherwise it is initialised, or restored
     * @param incarnation of the new cluster, claimed in the repository; empty: the first
     * @param data what the first node is filled with; empty: nothing
     */
    record ClusterCreationRequested(
            String id,
            Origin origin,
            ClusterConfig config,
            NodeId first,
            boolean adopt,
            OptionalInt incarnation,
            Optional<DataOrigin> data)
            implements Request {
        /** The first of its name, with what the first node has or initialises. */
        public ClusterCreationRequested(String id, Origin origin, ClusterConfig config, NodeId first, boolean adopt) {
            this(id, origin, config, first, adopt, OptionalInt.empty(), Optional.empty());
        }
    }

    record SwitchoverRequested(String id, Origin origin, Optional<NodeId> to) implements Request {}

    /**
     * @param allowDataLoss a person accepts the loss of commits
     * @param oldPrimaryIsDown a person has made sure that the old primary is down, where the log cannot tell
     */
    record FailoverRequested(
            String id, Origin origin, Optional<NodeId> to, boolean allowDataLoss, boolean oldPrimaryIsDown)
            implements Request {}

    record MaintenanceRequested(String id, Origin origin, boolean paused) implements Request {}

    /**
     * @param config all of it, also what stays as it is
     * @param over sequence of the decision whose configuration it was made from: it is refused where another one is in force by then, which it
     *     would undo unseen; empty: it takes the place of any
     */
    record ConfigChangeRequested(String id, Origin origin, ClusterConfig config, OptionalLong over) implements Request {
        public ConfigChangeRequested(String id, Origin origin, ClusterConfig config) {
            this(id, origin, config, OptionalLong.empty());
        }
    }

    record RebuildRequested(String id, Origin origin, NodeId node) implements Request {}

    /** A standby's PostgreSQL is stopped and started again; a primary changes by a switchover, which restarts it too. */
    record RestartRequested(String id, Origin origin, NodeId node) implements Request {}

    /** Standby or primary: its PostgreSQL reads its configuration again, which disturbs nobody. */
    record ReloadRequested(String id, Origin origin, NodeId node) implements Request {}

    /**
     * The whole cluster is brought back to a moment; what was committed after it is discarded.
     *
     * @param node the one that restores and becomes primary; empty: the present primary, if it can
     */
    record RestoreRequested(String id, Origin origin, Optional<NodeId> node, RestoreGoal goal) implements Request {}

    /**
     * What was restored is right: what the restore has replaced can go.
     *
     * @param node that keeps it; empty: every one that does
     */
    record RestoreConfirmRequested(String id, Origin origin, Optional<NodeId> node) implements Request {}

    record MemberRemovalRequested(String id, Origin origin, NodeId node) implements Request {}

    /** For a node that was removed or refused before. */
    record MemberAdmissionRequested(String id, Origin origin, NodeId node) implements Request {}

    /**
     * @param from the node to take it of; empty: the fittest
     * @param databases of a logical one, what to dump; empty: every database that accepts connections
     */
    record BackupRequested(
            String id, Origin origin, BackupType type, Optional<NodeId> from, Optional<List<String>> databases)
            implements Request {
        public BackupRequested {
            databases = databases.map(List::copyOf);
        }

        /** Of everything. */
        public BackupRequested(String id, Origin origin, BackupType type, Optional<NodeId> from) {
            this(id, origin, type, from, Optional.empty());
        }
    }

    /** Of the one that is being taken. */
    record BackupCancelRequested(String id, Origin origin) implements Request {}

    /**
     * That a backup be restored where nobody can reach it, and checked.
     *
     * @param backup which one; empty: the newest that is sound
     * @param on the node to do it on; empty: the fittest standby
     */
    record DrillRequested(String id, Origin origin, Optional<String> backup, Optional<NodeId> on) implements Request {}

    /** Of the one that is under way. */
    record DrillCancelRequested(String id, Origin origin) implements Request {}

    /** A person has looked at the automatic failovers of late: the count of S8 starts anew. */
    record AutomationResetRequested(String id, Origin origin) implements Request {}

    /** That what this policy does not keep be marked, and what has been marked for the grace be removed. What is 0 keeps nothing. */
    record RetentionRequested(String id, Origin origin, int full, Duration window, int daily, int weekly, int monthly)
            implements Request {
        /** Empty where it keeps nothing, which is never meant. */
        public Optional<Retention> policy() {
            return Retention.of(full, window, daily, weekly, monthly);
        }
    }

    /**
     * About what is stored. No rule answers it, for it changes nothing of the cluster, and a pin must not wait until a cluster in trouble is
     * quiet. It is read back from the log before the storage service is asked, so whatever is done there has its actor and its reason here.
     */
    sealed interface OfRepository extends Request {}

    /** That no retention removes it, nor what it rests upon. */
    record BackupPinRequested(String id, Origin origin, String backup) implements OfRepository {}

    record BackupUnpinRequested(String id, Origin origin, String backup) implements OfRepository {}
}
