package io.pgprimacy.core.event;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What has happened on a node, stated by its agent. Stating the same fact again changes nothing. */
public sealed interface Fact extends ClusterEvent {
    NodeId node();

    /** What distinguishes this fact from others of its kind and node, for the compaction key. */
    String about();

    /**
     * The agent is there, reachable at these addresses, and this is its data. Stated again whenever that changes.
     *
     * @param storage address of the storage service; empty where the node takes no backups
     */
    record NodeJoined(
            NodeId node,
            Endpoint endpoint,
            NodeTags tags,
            Optional<SystemIdentifier> systemIdentifier,
            String postgresVersion,
            boolean runningAsPrimary,
            Optional<String> storage)
            implements Fact {
        @Override
        public String about() {
            return "self";
        }
    }

    /** initdb is done, or the running cluster has been taken over. */
    record ClusterInitialized(NodeId node, SystemIdentifier systemIdentifier) implements Fact {
        @Override
        public String about() {
            return systemIdentifier.value();
        }
    }

    /**
     * PostgreSQL has stopped on this node, no process of it is left, and it will not start again under {@code term}
     * (S3 A).
     *
     * @param shutdownCheckpoint where the shutdown checkpoint's record begins, when it was shut down cleanly; a standby whose
     *     WAL reaches past it holds everything
     * @param lastSeen the last flushed position that the agent saw
     */
    record PrimaryStopped(
            NodeId node,
            Term term,
            Optional<WalPosition> shutdownCheckpoint,
            Optional<WalPosition> lastSeen,
            StopCause cause,
            String detail)
            implements Fact {
        @Override
        public String about() {
            return term.toString();
        }
    }

    /**
     * This node will never again serve a term older than {@code term}; its WAL receiver is cut (S4).
     *
     * @param position the exact end of its WAL; empty when it cannot tell (PostgreSQL does not run), and then it is no candidate
     * @param switches the last few promotions in this node's own timeline history
     */
    record StandbyPledged(NodeId node, Term term, Optional<WalPosition> position, List<TimelineHistory.Switch> switches)
            implements Fact {
        public StandbyPledged {
            switches = List.copyOf(switches);
        }

        @Override
        public String about() {
            return term.toString();
        }
    }

    /** This node accepts writes under {@code term}. The first primary of an initialised cluster was not promoted from anywhere. */
    record Promoted(NodeId node, Term term, TimelineId timeline, Optional<TimelineHistory.Switch> born)
            implements Fact {
        @Override
        public String about() {
            return term.toString();
        }
    }

    /** Checkpoint done: the fast stop of a switchover will be short. */
    record SwitchoverPrepared(NodeId node, Term term) implements Fact {
        @Override
        public String about() {
            return term.toString();
        }
    }

    /** PostgreSQL enforces the synchronous set of the decision with this sequence (S10). */
    record SyncStandbysApplied(NodeId node, Term term, long sequence) implements Fact {
        @Override
        public String about() {
            return Long.toString(sequence);
        }
    }

    /**
     * Parameters whose configured value this node's PostgreSQL takes only when it is started again; empty once none is left.
     * The newest of a node replaces those before it.
     */
    record RestartPending(NodeId node, SortedMap<String, Waiting> parameters) implements Fact {
        public RestartPending {
            parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
        }

        /** @param configured empty where the setting was taken out of the configuration: the default is what waits */
        public record Waiting(String inForce, Optional<String> configured) {}

        @Override
        public String about() {
            return "self";
        }
    }

    /**
     * While the log gave nothing back, this primary kept its lease by the promises of the others (S11).
     *
     * @param lasted from the first round of promises that was complete until a heartbeat was read back again
     * @param by who promised, in the last complete round
     * @param outage distinguishes this one from others of its term
     */
    record LeaseKeptByPromises(NodeId node, Term term, Duration lasted, List<NodeId> by, String outage)
            implements Fact {
        public LeaseKeptByPromises {
            by = List.copyOf(by);
        }

        @Override
        public String about() {
            return term + "/" + outage;
        }
    }

    /** This node streams from the primary of {@code term} again. */
    record StandbyFollowing(NodeId node, Term term, TimelineId timeline) implements Fact {
        @Override
        public String about() {
            return term.toString();
        }
    }

    /**
     * WAL that did not become part of the cluster's history, saved before the node was rewound or rebuilt (S9). Stated again when it has come into
     * the repository later.
     *
     * @param location on the node's own disk
     * @param stored where in the repository
     * @param waiting why it is not there yet; both are empty where the node has no storage
     */
    record DiscardedWalSaved(
            NodeId node,
            Term term,
            TimelineId timeline,
            Lsn from,
            Lsn to,
            long transactions,
            String location,
            Optional<String> stored,
            Optional<String> waiting)
            implements Fact {
        public long bytes() {
            return to.minus(from);
        }

        @Override
        public String about() {
            return term.toString();
        }
    }

    /** pg_rewind has made this node's data an earlier state of the cluster's history. */
    record Rewound(NodeId node, Term term, NodeId source) implements Fact {
        @Override
        public String about() {
            return term.toString();
        }
    }

    record RewindFailed(NodeId node, Term term, String reason) implements Fact {
        @Override
        public String about() {
            return term.toString();
        }
    }

    /**
     * The node was filled anew.
     *
     * @param source the primary whose standby it is
     * @param ordered sequence of the order, 0 where none was needed
     * @param backup the one that it was filled from; empty where {@code source} was copied
     */
    record Rebuilt(NodeId node, Term term, NodeId source, long bytes, long ordered, Optional<String> backup)
            implements Fact {
        @Override
        public String about() {
            return term + "/" + ordered;
        }
    }

    record RebuildFailed(NodeId node, Term term, String reason) implements Fact {
        @Override
        public String about() {
            return term.toString();
        }
    }

    /**
     * PostgreSQL was stopped and started as a person had asked, and streams from the primary again.
     *
     * @param ordered sequence of the order
     */
    record PostgresRestarted(NodeId node, long ordered) implements Fact {
        @Override
        public String about() {
            return Long.toString(ordered);
        }
    }

    /**
     * PostgreSQL was told to read its configuration again, as a person had asked.
     *
     * @param ordered sequence of the order
     * @param trouble what it could not take over, for people: that is as it was before; empty where it has taken everything over
     */
    record PostgresReloaded(NodeId node, long ordered, Optional<String> trouble) implements Fact {
        @Override
        public String about() {
            return Long.toString(ordered);
        }
    }

    /**
     * This node's data is what the repository says of a moment; nothing has written to it since.
     *
     * @param position the end of its WAL
     * @param lastCommit commit time of the last transaction, as PostgreSQL tells it; empty where none was replayed
     * @param bytes of the files that were restored
     * @param segments of WAL that were replayed
     * @param kept where the data lies that was there before; empty where there was none
     * @param switches the last few promotions in its timeline history
     * @param files how long the files took
     * @param wal how long the WAL took
     * @param copied where the WAL of the cluster ended that this is a copy of, by that one's own counting; empty where the data goes on as the same
     *     database system
     */
    record DataRestored(
            NodeId node,
            Term term,
            String backup,
            WalPosition position,
            Optional<String> lastCommit,
            long bytes,
            long segments,
            Duration took,
            Optional<String> kept,
            List<TimelineHistory.Switch> switches,
            Optional<Duration> files,
            Optional<Duration> wal,
            Optional<WalPosition> copied)
            implements Fact {
        public DataRestored {
            switches = List.copyOf(switches);
        }

        @Override
        public String about() {
            return term.toString();
        }
    }

    /**
     * How far a node is that fills its data from the repository; said every few seconds, and the newest of a term replaces those before it.
     *
     * @param step what is being done, as a participle
     * @param replayed where the replay of WAL is
     * @param bytes restored so far, of {@code of}
     * @param left of the files, at the rate so far; empty where that cannot be said
     */
    record RestoreProgressed(
            NodeId node,
            Term term,
            String backup,
            String step,
            Optional<Lsn> replayed,
            long bytes,
            long of,
            Duration took,
            Optional<Duration> left)
            implements Fact {
        @Override
        public String about() {
            return term.toString();
        }
    }

    /**
     * What a restore has replaced, or a rebuild that could not look through it, lies beside the node's data and stays until a person confirms. Stated
     * of what is on the disk, whoever asks.
     *
     * @param location directory
     * @param term that the restore was for, or under which the node was rebuilt
     * @param bytes of its files
     * @param since when it was put aside
     * @param trouble why it cannot be removed although that was ordered; empty otherwise
     */
    record OldDataKept(NodeId node, String location, Term term, long bytes, Instant since, Optional<String> trouble)
            implements Fact {
        @Override
        public String about() {
            return location;
        }
    }

    /**
     * That directory is no longer there.
     *
     * @param bytes that are free now
     * @param ordered sequence of the order; 0: there was none, it was put back in its place, or somebody took it away
     */
    record OldDataRemoved(NodeId node, String location, Term term, long bytes, long ordered) implements Fact {
        @Override
        public String about() {
            return location;
        }
    }

    /** The data directory is as it was. */
    record RestoreFailed(NodeId node, Term term, String reason) implements Fact {
        @Override
        public String about() {
            return term.toString();
        }
    }

    /**
     * The node has begun to take the backup of the order with that sequence; nothing of it is listed before it is complete.
     *
     * @param backup its id in the repository
     */
    record BackupStarted(NodeId node, long ordered, String backup) implements Fact {
        @Override
        public String about() {
            return Long.toString(ordered);
        }
    }

    /**
     * How far the backup is; said every few seconds, and the newest replaces those before it.
     *
     * @param bytes read of {@code files} files so far
     * @param stored bytes that have arrived in the store
     */
    record BackupProgressed(NodeId node, long ordered, long files, long bytes, long stored, Duration took)
            implements Fact {
        @Override
        public String about() {
            return Long.toString(ordered);
        }
    }

    /**
     * The backup is in the repository, and whole.
     *
     * @param type what it became
     * @param parent the backup that it rests upon
     * @param whyFull where it is full although something else was ordered
     * @param bytes of all files that it restores
     * @param stored bytes that it takes in the store
     * @param wrongPages pages whose checksum was wrong when they were read: the backup is suspect
     * @param leftOut links and special files that are not in it, with the reason; the first few
     */
    record BackupCompleted(
            NodeId node,
            long ordered,
            String backup,
            BackupType type,
            Optional<String> parent,
            Optional<String> whyFull,
            Point start,
            Point stop,
            long files,
            long bytes,
            long stored,
            long wrongPages,
            List<String> leftOut)
            implements Fact {
        public BackupCompleted {
            leftOut = List.copyOf(leftOut);
        }

        public record Point(Lsn lsn, Instant time) {}

        /** Every page was as its checksum says. */
        public boolean isGood() {
            return wrongPages == 0;
        }

        @Override
        public String about() {
            return Long.toString(ordered);
        }
    }

    /**
     * The logical backup is in the repository, and whole. It is no {@link BackupCompleted}, so that nobody takes it for something that
     * recovery can begin with.
     *
     * @param bytes of the dumps as pg_dump wrote them
     * @param stored bytes that they take in the store
     * @param began before the first snapshot was taken
     * @param ended after the last dump was stored
     */
    record DumpCompleted(
            NodeId node,
            long ordered,
            String backup,
            int databases,
            long bytes,
            long stored,
            Instant began,
            Instant ended)
            implements Fact {
        @Override
        public String about() {
            return Long.toString(ordered);
        }
    }

    /** There is no such backup; what was stored of it is collected later. */
    record BackupFailed(NodeId node, long ordered, String reason) implements Fact {
        @Override
        public String about() {
            return Long.toString(ordered);
        }
    }

    /**
     * The node has begun the drill of the order with that sequence: there is room, and nothing has been restored yet.
     *
     * @param bytes of all files of the backup
     */
    record DrillStarted(NodeId node, long ordered, String backup, long bytes) implements Fact {
        @Override
        public String about() {
            return Long.toString(ordered);
        }
    }

    /**
     * How far the drill is; said every few seconds, and the newest replaces those before it.
     *
     * @param step what is being done, as a participle: "restoring", "recovering", or "checking: pg_amcheck"
     * @param bytes restored so far
     */
    record DrillProgressed(NodeId node, long ordered, String step, long bytes, Duration took) implements Fact {
        @Override
        public String about() {
            return Long.toString(ordered);
        }
    }

    /**
     * The backup is proven: it was restored, it opened, and every check passed. The restored copy goes.
     *
     * @param restored until all files were there
     * @param recovered until PostgreSQL accepted connections, counted from the same beginning
     * @param bytes of the files that were restored
     * @param checks in their order
     */
    record DrillCompleted(
            NodeId node,
            long ordered,
            String backup,
            Duration restored,
            Duration recovered,
            long bytes,
            List<Check> checks,
            Instant at)
            implements Fact {
        public DrillCompleted {
            checks = List.copyOf(checks);
        }

        /**
         * @param skipped why it was not made, for instance because the cluster has no data checksums; empty where it has passed
         */
        public record Check(String name, Duration took, Optional<String> skipped) {}

        @Override
        public String about() {
            return Long.toString(ordered);
        }
    }

    /**
     * Nothing is proven.
     *
     * @param backup of which something was wrong; empty where the drill could not be carried out, which says nothing of any backup
     */
    record DrillFailed(NodeId node, long ordered, Optional<String> backup, String reason) implements Fact {
        @Override
        public String about() {
            return Long.toString(ordered);
        }
    }

    /**
     * How this primary's WAL gets into the archive; said at each change, and the newest of a term replaces those before it.
     *
     * @param detail why, and what a person can do; empty while all is well
     */
    record WalArchiving(NodeId node, Term term, TimelineId timeline, State state, String detail) implements Fact {
        public enum State {
            KEEPING,
            /** The store cannot be reached: WAL stays on the primary's disk, and nothing is lost while there is room. */
            STORE_AWAY,
            /** WAL that cannot go has taken more than half of the room there is. */
            DISK_FILLING,
            /** A file is not what the archive may hold: it stays on the primary, and there will be a hole behind it. */
            REFUSED,
            /** Nothing is archived; it is tried again. */
            FAILED
        }

        @Override
        public String about() {
            return term.toString();
        }
    }

    /** The agent leaves this node's PostgreSQL stopped until a person acts. */
    record NodeQuarantined(NodeId node, Term term, String reason, String nextStep) implements Fact {
        @Override
        public String about() {
            return term.toString();
        }
    }
}
