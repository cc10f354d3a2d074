package io.pgprimacy.core.event;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a coordinator has decided. Carried out by agents after they have read it; by nobody before. */
public sealed interface Decision extends ClusterEvent {
    Basis basis();

    /**
     * The first term belongs to {@code first}; where its data comes from a repository, once it is there.
     *
     * @param incarnation of the cluster; empty: the first
     */
    record ClusterCreated(
            Basis basis,
            ClusterConfig config,
            NodeId first,
            boolean adopt,
            OptionalInt incarnation,
            Optional<DataOrigin> data)
            implements Decision {
        /** Of the first of its name, with what the first node has or initialises. */
        public ClusterCreated(Basis basis, ClusterConfig config, NodeId first, boolean adopt) {
            this(basis, config, first, adopt, OptionalInt.empty(), Optional.empty());
        }
    }

    /** There is no cluster of this name: its data could not be restored, or is wanted no more. Nobody was granted a term. */
    record CreationGivenUp(Basis basis, Term term, NodeId node) implements Decision {}

    record MemberAdmitted(Basis basis, NodeId node) implements Decision {}

    /**
     * {@code node} has been silent for long: a primary that asks for promises does without its promise, and it cannot become primary before it
     * is admitted anew and the primary has read that (S11).
     */
    record MemberSuspended(Basis basis, NodeId node) implements Decision {}

    record MemberRefused(Basis basis, NodeId node, String reason) implements Decision {}

    record MemberRemoved(Basis basis, NodeId node) implements Decision {}

    /**
     * Revokes every earlier term and asks for pledges of {@code term}.
     *
     * @param oldPrimary the last node that was granted a term
     * @param lastKnown the last position known of the old primary
     * @param preferred the node that a person asked for
     * @param allowDataLoss a person has accepted the loss of commits
     * @param oldPrimaryIsDown a person has made sure that the old primary is down, so that it extends its lease by nobody's promises
     */
    record FailoverOpened(
            Basis basis,
            Term term,
            NodeId oldPrimary,
            Optional<WalPosition> lastKnown,
            boolean automatic,
            Optional<NodeId> preferred,
            boolean allowDataLoss,
            boolean oldPrimaryIsDown)
            implements Decision {}

    /** Nobody can be chosen, and why; repeated only when the reasons change. */
    record FailoverBlocked(Basis basis, Term term, List<Candidate> candidates) implements Decision {
        public FailoverBlocked {
            candidates = List.copyOf(candidates);
        }
    }

    /**
     * Grants {@code term} to {@code node}.
     *
     * @param candidates every member with its position and verdict: the proof that the most advanced one was chosen
     * @param sync what the new primary must enforce before it accepts a write
     * @param possibleLossBytes by how much the last known position of the old primary is ahead of the chosen one
     */
    record PrimaryChosen(
            Basis basis,
            Term term,
            NodeId node,
            List<Candidate> candidates,
            SyncStandbys sync,
            OptionalLong possibleLossBytes)
            implements Decision {
        public PrimaryChosen {
            candidates = List.copyOf(candidates);
        }
    }

    /**
     * Revokes every earlier term; {@code node} restores its data from the repository, and is granted {@code term} when that is done.
     *
     * @param oldPrimary the last node that was granted a term
     * @param lastKnown the last position known of the old primary
     */
    record RestoreOpened(
            Basis basis, Term term, NodeId oldPrimary, Optional<WalPosition> lastKnown, NodeId node, RestoreGoal goal)
            implements Decision {}

    /** {@code from} keeps its term and prepares. */
    record SwitchoverStarted(Basis basis, Term term, NodeId from, NodeId to) implements Decision {}

    /** Revokes the term of {@code from}, which stops; the outage begins here. */
    record PrimaryStopOrdered(Basis basis, Term term, NodeId from, NodeId to) implements Decision {}

    record SwitchoverAborted(Basis basis, NodeId from, NodeId to) implements Decision {}

    record SyncStandbysChanged(Basis basis, SyncStandbys sync) implements Decision {}

    record MaintenanceChanged(Basis basis, boolean paused) implements Decision {}

    record ConfigChanged(Basis basis, ClusterConfig config) implements Decision {}

    record RebuildOrdered(Basis basis, NodeId node) implements Decision {}

    /** Void once the node has been made primary. */
    record RestartOrdered(Basis basis, NodeId node) implements Decision {}

    /** Void once the node is no member any more. */
    record ReloadOrdered(Basis basis, NodeId node) implements Decision {}

    /** Whoever keeps it removes it, beside whatever else it does, and nothing that is not named here. */
    record OldDataRemovalOrdered(Basis basis, List<Kept> data) implements Decision {
        public OldDataRemovalOrdered {
            data = List.copyOf(data);
        }

        /** As its node has stated it. */
        public record Kept(NodeId node, String location, Term term, long bytes) {}
    }

    /**
     * {@code node} takes it, beside whatever else it does. Facts name the order by this decision's sequence.
     *
     * @param scheduled the instant of the schedule of that type; one such instant is ordered once
     * @param databases of a logical one, what to dump; empty: every database that accepts connections
     */
    record BackupOrdered(
            Basis basis, NodeId node, BackupType type, Optional<Instant> scheduled, Optional<List<String>> databases)
            implements Decision {
        public BackupOrdered {
            databases = databases.map(List::copyOf);
        }

        /** Of everything. */
        public BackupOrdered(Basis basis, NodeId node, BackupType type, Optional<Instant> scheduled) {
            this(basis, node, type, scheduled, Optional.empty());
        }
    }

    /**
     * Whichever coordinator is there has the storage service apply it.
     *
     * @param scheduled the instant of the schedule; one such instant is ordered once
     */
    record RetentionOrdered(Basis basis, Retention policy, Optional<Instant> scheduled) implements Decision {}

    /** The instants of the schedule up to {@code through} have passed without it. */
    record RetentionMissed(Basis basis, Instant through, int instants) implements Decision {}

    /** What came of the order with sequence {@code ordered}. */
    record RetentionApplied(Basis basis, long ordered, RetentionOutcome outcome) implements Decision {}

    /** Nothing goes by that order; what was marked before stays marked. */
    record RetentionFailed(Basis basis, long ordered, String reason) implements Decision {}

    /** The instants of that schedule up to {@code through} have passed without a backup. */
    record BackupMissed(Basis basis, BackupType type, Instant through, int instants) implements Decision {}

    /** Whoever takes the backup of the order with sequence {@code ordered} ends it. */
    record BackupCancelled(Basis basis, NodeId node, long ordered) implements Decision {}

    /** The node that was to take it is gone; nobody waits for its word. */
    record BackupGivenUp(Basis basis, NodeId node, long ordered) implements Decision {}

    /**
     * {@code node} restores a backup into a directory of its own, checks it, and removes it again, beside whatever else it does. Facts name the
     * order by this decision's sequence.
     *
     * @param backup the one to be proven; empty: the newest that is sound
     * @param scheduled the instant of the schedule; one such instant is ordered once
     */
    record DrillOrdered(Basis basis, NodeId node, Optional<String> backup, Optional<Instant> scheduled)
            implements Decision {}

    /** The instants of the schedule up to {@code through} have passed without a drill. */
    record DrillMissed(Basis basis, Instant through, int instants) implements Decision {}

    /** Whoever is at the drill of the order with sequence {@code ordered} ends it. */
    record DrillCancelled(Basis basis, NodeId node, long ordered) implements Decision {}

    /** The node that was to do it is gone; nobody waits for its word. */
    record DrillGivenUp(Basis basis, NodeId node, long ordered) implements Decision {}

    record RequestRefused(Basis basis, String reason) implements Decision {}

    record AutomationHalted(Basis basis, int failovers) implements Decision {}

    record AutomationReset(Basis basis) implements Decision {}

    /** Every participant speaks {@code version} from here on. */
    record ProtocolRaised(Basis basis, int version) implements Decision {}
}
