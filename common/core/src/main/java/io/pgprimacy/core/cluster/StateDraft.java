package io.pgprimacy.core.cluster;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A state while one record is folded into it; never leaves {@link Fold}. Mutable on purpose, because a record with twenty
 * components has no readable copy constructor, and copied only where written, because the fold runs for each heartbeat.
 */
final class StateDraft {
    private final ClusterState before;
    final PartDraft<SortedMap<Term, NodeId>> grants;
    final PartDraft<List<SyncClaim>> syncClaims;
    final PartDraft<List<Long>> automaticFailovers;
    final PartDraft<SortedMap<BackupType, Instant>> schedules;
    private final PartDraft<SortedMap<NodeId, Node>> nodes;
    private final PartDraft<List<Request>> pending;
    private final PartDraft<SortedSet<String>> answered;
    private TimelineHistory history;
    private Optional<Ignored> ignored;
    long offset;
    long sequence;
    Optional<ClusterConfig> config;
    long configSequence;
    Optional<SystemIdentifier> systemIdentifier;
    int incarnation;
    Optional<DataOrigin> origin;
    Phase phase;
    Term term;
    boolean paused;
    boolean halted;
    int protocol;
    Optional<BackupOrder> backup;
    Optional<DrillOrder> drill;
    Optional<Instant> drillsThrough;
    Optional<RetentionOrder> retention;
    Optional<Instant> retentionThrough;

    StateDraft(ClusterState before) {
        this.before = before;
        this.history = before.history();
        this.ignored = before.ignored();
        this.offset = before.offset();
        this.sequence = before.sequence();
        this.config = before.config();
        this.configSequence = before.configSequence();
        this.systemIdentifier = before.systemIdentifier();
        this.incarnation = before.incarnation();
        this.origin = before.origin();
        this.phase = before.phase();
        this.term = before.term();
        this.paused = before.paused();
        this.nodes = new PartDraft<>(before.nodes(), TreeMap::new);
        this.grants = new PartDraft<>(before.grants(), TreeMap::new);
        this.syncClaims = new PartDraft<>(before.syncClaims(), ArrayList::new);
        this.pending = new PartDraft<>(before.pending(), ArrayList::new);
        this.answered = new PartDraft<>(before.answered(), TreeSet::new);
        this.automaticFailovers = new PartDraft<>(before.automaticFailovers(), ArrayList::new);
        this.halted = before.halted();
        this.protocol = before.protocol();
        this.backup = before.backup();
        this.schedules = new PartDraft<>(before.schedules(), TreeMap::new);
        this.drill = before.drill();
        this.drillsThrough = before.drillsThrough();
        this.retention = before.retention();
        this.retentionThrough = before.retentionThrough();
    }

    void node(NodeId id, UnaryOperator<Node> change) {
        Node held = nodes.read().get(id);
        nodes.write().put(id, change.apply(held == null ? Node.announced(id) : held));
    }

    void membership(NodeId id, Membership membership) {
        node(id, n -> n.withMembership(membership, sequence));
    }

    void learn(TimelineHistory.Switch born) {
        history = history.with(born);
    }

    /** Null before the cluster is created. */
    @Nullable
    NodeId firstPrimary() {
        SortedMap<Term, NodeId> granted = grants.read();
        return granted.isEmpty() ? null : granted.get(granted.firstKey());
    }

    /**
     * Claims older than one that was once enforced have no commits of their own left to protect, also where a grant has dropped that one
     * itself: what the statement says stays true, and compaction may have left only a late repetition of it.
     */
    void syncApplied(long appliedSequence) {
        syncClaims.write().removeIf(c -> c.sequence() < appliedSequence);
    }

    void resetAutomation() {
        halted = false;
        automaticFailovers.write().clear();
    }

    void blocked(String because) {
        if (phase instanceof Phase.FailingOver f) {
            phase = new Phase.FailingOver(
                    f.term(),
                    f.lastKnown(),
                    f.automatic(),
                    f.preferred(),
                    f.allowDataLoss(),
                    f.oldPrimaryIsDown(),
                    Optional.of(because),
                    f.restoration());
        }
    }

    /** The later of two copies stands for both, as it does in a compacted log. */
    void ask(Request request) {
        pending.write().removeIf(r -> r.id().equals(request.id()));
        if (before.answered().contains(request.id())) {
            ignore("request " + request.id() + " has been answered");
        } else {
            pending.write().add(request);
        }
    }

    void answer(String request) {
        pending.write().removeIf(r -> r.id().equals(request));
        answered.write().add(request);
    }

    /** A schedule counts from when it was configured, or changed; one that stays goes on. */
    void configure(ClusterConfig next, long decidedAtMillis) {
        SortedMap<BackupType, String> held =
                config.map(ClusterConfig::backupSchedules).orElseGet(TreeMap::new);
        schedules.write().keySet().retainAll(next.backupSchedules().keySet());
        next.backupSchedules().forEach((type, cron) -> {
            if (!cron.equals(held.get(type))) {
                schedules.write().put(type, Instant.ofEpochMilli(decidedAtMillis));
            }
        });
        drillsThrough = through(
                drillsThrough, config.flatMap(ClusterConfig::drillSchedule), next.drillSchedule(), decidedAtMillis);
        retentionThrough = through(
                retentionThrough, config.flatMap(ClusterConfig::retentionDue), next.retentionDue(), decidedAtMillis);
        config = Optional.of(next);
        configSequence = sequence;
    }

    private static Optional<Instant> through(
            Optional<Instant> held, Optional<String> before, Optional<String> next, long decidedAtMillis) {
        return next.isEmpty() || before.equals(next)
                ? held.filter(_ -> next.isPresent())
                : Optional.of(Instant.ofEpochMilli(decidedAtMillis));
    }

    /** False where that instant, or a later one, has been decided about: it is never ordered twice. */
    boolean isUndecided(BackupType type, Instant at) {
        Instant through = schedules.read().get(type);
        return through != null && at.isAfter(through);
    }

    boolean isUndecidedDrill(Instant at) {
        return drillsThrough.filter(at::isAfter).isPresent();
    }

    boolean isUndecidedRetention(Instant at) {
        return retentionThrough.filter(at::isAfter).isPresent();
    }

    void endRetention(long ordered) {
        retention = retention.filter(r -> r.ordered() != ordered);
    }

    void withdrawDrill(long ordered) {
        drill = drill.filter(d -> d.ordered() != ordered);
    }

    void withdrawBackup(long ordered) {
        backup = backup.filter(b -> b.ordered() != ordered);
    }

    void ignore(String reason) {
        ignored = Optional.of(new Ignored(offset, reason));
    }

    ClusterState toState() {
        return new ClusterState(
                before.cluster(),
                offset,
                sequence,
                config,
                configSequence,
                systemIdentifier,
                incarnation,
                origin,
                phase,
                term,
                paused,
                nodes.read(),
                grants.read(),
                history,
                syncClaims.read(),
                pending.read(),
                answered.read(),
                automaticFailovers.read(),
                halted,
                protocol,
                backup,
                schedules.read(),
                drill,
                drillsThrough,
                retention,
                retentionThrough,
                ignored);
    }
}
