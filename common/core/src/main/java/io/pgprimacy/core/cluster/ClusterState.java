package io.pgprimacy.core.cluster;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What every participant knows after reading the same records: the fold of a cluster log.
 *
 * @param offset of the last record folded; -1 before the first
 * @param sequence of the last decision that counted
 * @param configSequence of the decision that put the configuration in force; 0 where there is none
 * @param incarnation which life of the cluster this is: its archive is apart from that of every other (S12)
 * @param origin where its data came from; empty where it was initialised or adopted
 * @param term the newest term granted or opened; every older one is revoked
 * @param grants every node that was granted a term, by term
 * @param syncClaims the synchronous sets that may be in force, oldest first
 * @param pending requests that no decision has answered yet, oldest first
 * @param answered ids of those that one has: a copy of a request that lands after its answer asks for nothing
 * @param automaticFailovers wall-clock times of those since the last reset, oldest first, milliseconds since 1970
 * @param halted a person must allow automatic failovers again (S8)
 * @param backup the last order of a backup that no decision has withdrawn
 * @param schedules for each schedule the last instant that was decided about, or when it was configured
 * @param drill the last order of a drill that no decision has withdrawn
 * @param drillsThrough the last instant of the schedule of drills that was decided about, or when it was configured
 * @param retention that was ordered and of which no decision says how it ended
 * @param retentionThrough the last instant of its schedule that was decided about, or when it was configured
 * @param ignored the last record that changed nothing; for people
 */
public record ClusterState(
        ClusterId cluster,
        long offset,
        long sequence,
        Optional<ClusterConfig> config,
        long configSequence,
        Optional<SystemIdentifier> systemIdentifier,
        int incarnation,
        Optional<DataOrigin> origin,
        Phase phase,
        Term term,
        boolean paused,
        SortedMap<NodeId, Node> nodes,
        SortedMap<Term, NodeId> grants,
        TimelineHistory history,
        List<SyncClaim> syncClaims,
        List<Request> pending,
        SortedSet<String> answered,
        List<Long> automaticFailovers,
        boolean halted,
        int protocol,
        Optional<BackupOrder> backup,
        SortedMap<BackupType, Instant> schedules,
        Optional<DrillOrder> drill,
        Optional<Instant> drillsThrough,
        Optional<RetentionOrder> retention,
        Optional<Instant> retentionThrough,
        Optional<Ignored> ignored) {

    public ClusterState {
        nodes = Collections.unmodifiableSortedMap(nodes);
        grants = Collections.unmodifiableSortedMap(grants);
        syncClaims = List.copyOf(syncClaims);
        pending = List.copyOf(pending);
        answered = Collections.unmodifiableSortedSet(answered);
        automaticFailovers = List.copyOf(automaticFailovers);
        schedules = Collections.unmodifiableSortedMap(schedules);
    }

    public static ClusterState initial(ClusterId cluster) {
        return new ClusterState(
                cluster,
                -1,
                0,
                Optional.empty(),
                0,
                Optional.empty(),
                1,
                Optional.empty(),
                new Phase.Forming(),
                Term.NONE,
                false,
                new TreeMap<>(),
                new TreeMap<>(),
                TimelineHistory.EMPTY,
                List.of(),
                List.of(),
                new TreeSet<>(),
                List.of(),
                false,
                1,
                Optional.empty(),
                new TreeMap<>(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Total and deterministic: what no longer applies is recorded as ignored, never thrown. */
    public ClusterState evolve(LogRecord record) {
        return Fold.evolve(this, record);
    }

    public Optional<Node> node(NodeId id) {
        return Optional.ofNullable(nodes.get(id));
    }

    public List<Node> members() {
        List<Node> members = new ArrayList<>(nodes.size());
        for (Node node : nodes.values()) {
            if (node.isMember()) {
                members.add(node);
            }
        }
        return Collections.unmodifiableList(members);
    }

    /** The last node that was granted a term, and that term. */
    public Optional<Grant> lastGrant() {
        if (grants.isEmpty()) {
            return Optional.empty();
        }
        Term last = grants.lastKey();
        return Optional.of(new Grant(last, Objects.requireNonNull(grants.get(last))));
    }

    /**
     * Who may hold a lease that the log does not know of, newest first: the last primary; and where nobody has stated that it accepted writes, those before
     * it back to the one that did, for by then all before that had ended.
     */
    public List<Grant> mayStillServe() {
        List<Grant> found = new ArrayList<>();
        for (Term t : grants.reversed().keySet()) {
            Grant grant = new Grant(t, Objects.requireNonNull(grants.get(t)));
            found.add(grant);
            if (isConfirmed(grant)) {
                break;
            }
        }
        return found;
    }

    /** The grant that is in force: its term is the newest, so nothing has revoked it. */
    public Optional<Grant> primary() {
        return lastGrant().filter(g -> g.term().equals(term));
    }

    public boolean isPrimary(NodeId node, Term ofTerm) {
        return primary()
                .map(g -> g.node().equals(node) && g.term().equals(ofTerm))
                .orElse(false);
    }

    /** The granted node has said that it accepts writes under its term. */
    public boolean isPromotionConfirmed() {
        return primary().map(this::isConfirmed).orElse(false);
    }

    /** Proof that this is not the whole log, where there is one. */
    public Optional<LostDecisions> lostDecisions() {
        return LostDecisions.of(this);
    }

    /** The timeline of the newest confirmed promotion. */
    public Optional<TimelineId> timeline() {
        return lastConfirmed().map(Fact.Promoted::timeline);
    }

    /**
     * The lowest timeline number that certainly nobody has used: each grant since the last confirmed promotion may have
     * used one without saying so.
     */
    public long unusedTimeline() {
        long unconfirmed = lastConfirmed()
                .map(p -> (long) grants.tailMap(p.term().next()).size())
                .orElse(0L);
        boolean newestIsOurs = primary().isPresent() && !isPromotionConfirmed();
        long base = timeline().or(this::restoredTimeline).map(TimelineId::value).orElse(1L);
        return base + 1 + Math.max(0, unconfirmed - (newestIsOurs ? 1 : 0));
    }

    /** The newest synchronous set that was decided. */
    public SyncStandbys sync() {
        return syncClaims.isEmpty() ? SyncStandbys.NONE : syncClaims.getLast().sync();
    }

    public long syncSequence() {
        return syncClaims.isEmpty() ? 0 : syncClaims.getLast().sequence();
    }

    /** The backup that is being taken, or is about to be: ordered, and its node has not said how it ended. */
    public Optional<BackupOrder> runningBackup() {
        return backup.filter(b -> !node(b.node())
                .map(n -> n.facts().backups().hasEnded(b.ordered()))
                .orElse(false));
    }

    /** The drill that is under way, or is about to be: ordered, and its node has not said how it ended. */
    public Optional<DrillOrder> runningDrill() {
        return drill.filter(d -> !node(d.node())
                .map(n -> n.facts().drills().hasEnded(d.ordered()))
                .orElse(false));
    }

    public Optional<Endpoint> endpoint(NodeId node) {
        return node(node).flatMap(Node::joined).map(Fact.NodeJoined::endpoint);
    }

    private Optional<Fact.Promoted> lastConfirmed() {
        return nodes.values().stream()
                .flatMap(n -> n.promoted().stream())
                .max(Comparator.comparing(Fact.Promoted::term));
    }

    /** The timeline that the data ended on with which the cluster began. */
    private Optional<TimelineId> restoredTimeline() {
        return grants.entrySet().stream()
                .findFirst()
                .flatMap(first -> node(first.getValue()).flatMap(n -> n.restored(first.getKey())))
                .map(r -> r.position().timeline());
    }

    private boolean isConfirmed(Grant grant) {
        return node(grant.node()).map(n -> n.hasPromoted(grant.term())).orElse(false);
    }
}
