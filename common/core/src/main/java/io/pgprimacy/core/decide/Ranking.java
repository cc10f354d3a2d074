package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.IneligibleReason;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every member with its position and verdict. Eligible members are ordered by where their WAL ends, then timeline, then
 * priority, then name; all of them are on one line of history, so their LSNs compare.
 */
record Ranking(List<Candidate> candidates) {
    private static final Comparator<Entry> MOST_ADVANCED_FIRST = Comparator.comparing(
                    (Entry e) -> e.eligibleAt().lsn())
            .thenComparing(e -> e.eligibleAt().timeline())
            .thenComparingInt(Entry::priority)
            .reversed()
            .thenComparing(Entry::node);

    Ranking {
        candidates = List.copyOf(candidates);
    }

    Optional<Candidate> best() {
        return candidates.stream()
                .filter(c -> c.verdict() instanceof Candidate.Verdict.Chosen)
                .findFirst();
    }

    /** For people: each refusal with its numbers. */
    String refusals() {
        return candidates.isEmpty() ? "there is no other member" : describe(IneligibleReason::sentence);
    }

    /** The same without numbers that change by themselves, to tell whether anything has changed. */
    String stableRefusals() {
        return describe(r -> r.getClass().getSimpleName());
    }

    private String describe(Function<IneligibleReason, String> text) {
        return candidates.stream()
                .filter(c -> c.verdict() instanceof Candidate.Verdict.Ineligible)
                .map(c -> c.node() + " " + text.apply(((Candidate.Verdict.Ineligible) c.verdict()).reason()))
                .collect(Collectors.joining(", "));
    }

    /** Who would take over, as far as heartbeats can tell; for looking ahead, never for a promotion. */
    static Ranking byHeartbeat(Situation at, Optional<NodeId> preferred) {
        return byHeartbeat(at, preferred, node -> Optional.empty());
    }

    /** The same if the primary says nothing any more, not even that it has stopped; a person may say that it is down. */
    static Ranking withoutItsWord(Situation at, Optional<NodeId> preferred, boolean itIsDown) {
        return byHeartbeat(at, preferred, node -> unknownToPrimary(at, node, itIsDown));
    }

    private static Ranking byHeartbeat(
            Situation at, Optional<NodeId> preferred, Function<Node, Optional<IneligibleReason>> besides) {
        Optional<NodeId> primary = at.state().phase() instanceof Phase.FailingOver
                ? Optional.empty()
                : at.state().lastGrant().map(Grant::node);
        Optional<Lsn> ahead = primary.flatMap(at::node).flatMap(Node::position).map(WalPosition::lsn);
        List<Entry> entries = new ArrayList<>();
        for (Node node : at.state().members()) {
            Optional<IneligibleReason> refusal = primary.equals(Optional.of(node.id()))
                    ? Optional.of(new IneligibleReason.IsPrimary())
                    : general(at, node, preferred)
                            .or(() -> notReplaying(node))
                            .or(() -> diverged(at, node.position(), at.state().timeline()))
                            .or(() -> lags(at, node.position(), ahead))
                            .or(() -> besides.apply(node));
            entries.add(new Entry(node.id(), node.position(), node.tags().failoverPriority(), refusal));
        }
        return ranked(entries);
    }

    /** Who is chosen, from exact positions stated with a pledge. */
    static Ranking byPledge(Situation at, Phase.FailingOver phase) {
        Optional<TimelineId> reference = newestTimeline(at, phase.term());
        boolean anythingGoes = phase.allowDataLoss();
        Optional<Entry> furthest = furthest(at, phase.term(), reference);
        Optional<Lsn> ahead = max(
                phase.lastKnown().map(WalPosition::lsn),
                furthest.map(e -> e.eligibleAt().lsn()));
        boolean promised = isSynchronous(at);
        List<Entry> entries = new ArrayList<>();
        for (Node node : at.state().members()) {
            Optional<WalPosition> position = pledged(node, phase.term());
            Optional<IneligibleReason> refusal = general(at, node, phase.preferred())
                    .or(() -> notPledged(node, phase.term()))
                    .or(() -> unknownToPrimary(at, node, phase.oldPrimaryIsDown()));
            if (!anythingGoes) {
                refusal = refusal.or(() -> diverged(at, position, reference))
                        .or(() -> promised ? lacksAcknowledged(position, furthest) : lags(at, position, ahead));
            }
            entries.add(new Entry(node.id(), position, node.tags().failoverPriority(), refusal));
        }
        return ranked(entries);
    }

    private record Entry(
            NodeId node, Optional<WalPosition> position, int priority, Optional<IneligibleReason> refusal) {
        WalPosition eligibleAt() {
            return position.orElseThrow();
        }
    }

    private static Ranking ranked(List<Entry> entries) {
        List<Entry> eligible = entries.stream()
                .filter(e -> e.refusal().isEmpty())
                .sorted(MOST_ADVANCED_FIRST)
                .toList();
        List<Candidate> candidates = new ArrayList<>();
        for (Entry e : eligible) {
            Entry best = eligible.getFirst();
            Candidate.Verdict verdict = e.equals(best)
                    ? new Candidate.Verdict.Chosen()
                    : new Candidate.Verdict.Outranked(
                            best.node(),
                            best.eligibleAt().lsn().minus(e.eligibleAt().lsn()));
            candidates.add(new Candidate(e.node(), e.position(), e.priority(), verdict));
        }
        for (Entry e : entries) {
            e.refusal()
                    .ifPresent(r -> candidates.add(
                            new Candidate(e.node(), e.position(), e.priority(), new Candidate.Verdict.Ineligible(r))));
        }
        return new Ranking(candidates);
    }

    private static Optional<IneligibleReason> general(Situation at, Node node, Optional<NodeId> preferred) {
        if (preferred.isPresent() && !preferred.get().equals(node.id())) {
            return Optional.of(new IneligibleReason.NotTheOneAskedFor(preferred.get()));
        }
        if (!at.wasHeard(node.id())) {
            return Optional.of(new IneligibleReason.NeverHeard());
        }
        if (at.isSilent(node.id())) {
            return Optional.of(new IneligibleReason.Silent(at.silence(node.id())));
        }
        if (node.isSuspended()) {
            return Optional.of(new IneligibleReason.Suspended());
        }
        if (node.standingQuarantine().isPresent()) {
            return Optional.of(new IneligibleReason.Quarantined(
                    node.standingQuarantine().get().reason()));
        }
        if (node.mustBeRebuilt()) {
            return Optional.of(new IneligibleReason.Rebuilding());
        }
        return node.tags().mayBePrimary() ? Optional.empty() : Optional.of(new IneligibleReason.TaggedNoFailover());
    }

    private static Optional<IneligibleReason> notReplaying(Node node) {
        PostgresView view = node.view().orElseThrow();
        if (view instanceof PostgresView.Standby s) {
            return s.exact() ? Optional.empty() : Optional.of(new IneligibleReason.PositionUnknown());
        }
        return Optional.of(new IneligibleReason.NotRunning(view.getClass().getSimpleName()));
    }

    private static Optional<IneligibleReason> notPledged(Node node, Term term) {
        if (!node.hasPledged(term)) {
            return Optional.of(new IneligibleReason.NotPledged(term));
        }
        return pledged(node, term).isEmpty() ? Optional.of(new IneligibleReason.PositionUnknown()) : Optional.empty();
    }

    /**
     * A node that a primary does not ask for promises must not become primary while that one may extend its lease (S11). That need not be the last one:
     * whoever was chosen after it may have been waiting for the end of that very lease.
     *
     * @param lastIsDown by a person's word. That says nothing of one before it, of which the person may not think: it counts until it is removed, too
     */
    static Optional<IneligibleReason> unknownToPrimary(Situation at, Node node, boolean lastIsDown) {
        return at.state().mayStillServe().stream()
                .filter(primary -> !lastIsDown || !isLastOrRemoved(at, primary))
                .filter(primary -> mayLeaveOut(at, primary, node))
                .findFirst()
                .map(primary -> new IneligibleReason.UnknownToPrimary(primary.node()));
    }

    private static boolean isLastOrRemoved(Situation at, Grant primary) {
        return at.state().lastGrant().equals(Optional.of(primary))
                || at.node(primary.node()).map(n -> !n.isMember()).orElse(false);
    }

    /** That primary has not stopped, and has not said that it knows of that member. */
    private static boolean mayLeaveOut(Situation at, Grant primary, Node node) {
        Optional<Node> old = at.node(primary.node());
        boolean stopped = old.map(p -> p.hasStoppedAsPrimaryOf(primary.term())).orElse(false);
        long read = old.flatMap(Node::heartbeat).map(NodeHeartbeat::sequence).orElse(0L);
        return !primary.node().equals(node.id()) && !stopped && node.admitted() > read;
    }

    private static Optional<IneligibleReason> diverged(
            Situation at, Optional<WalPosition> position, Optional<TimelineId> reference) {
        return position.filter(
                        p -> reference.isPresent() && !at.state().history().isOnHistoryOf(p, reference.get()))
                .map(IneligibleReason.Diverged::new);
    }

    private static Optional<IneligibleReason> lags(Situation at, Optional<WalPosition> position, Optional<Lsn> ahead) {
        long limit = at.config().maximumLagOnFailover();
        return position.filter(p -> ahead.isPresent() && ahead.get().minus(p.lsn()) > limit)
                .map(p -> new IneligibleReason.Lags(ahead.orElseThrow().minus(p.lsn()), limit));
    }

    private static Optional<IneligibleReason> lacksAcknowledged(
            Optional<WalPosition> position, Optional<Entry> furthest) {
        return position.filter(p -> furthest.isPresent()
                        && p.lsn().isBefore(furthest.get().eligibleAt().lsn()))
                .map(p -> new IneligibleReason.LacksAcknowledgedCommits(
                        furthest.orElseThrow().eligibleAt().lsn().minus(p.lsn()),
                        furthest.orElseThrow().node()));
    }

    private static Optional<WalPosition> pledged(Node node, Term term) {
        return node.pledge().filter(p -> p.term().equals(term)).flatMap(Fact.StandbyPledged::position);
    }

    private static boolean isSynchronous(Situation at) {
        return at.state().syncClaims().stream().allMatch(c -> c.sync().promises());
    }

    /** A promotion may have happened whose fact never reached the log; a standby that followed it tells of its timeline. */
    private static Optional<TimelineId> newestTimeline(Situation at, Term term) {
        Optional<TimelineId> confirmed = at.state().timeline();
        return at.state().members().stream()
                .flatMap(n -> pledged(n, term).stream())
                .map(WalPosition::timeline)
                .filter(t -> confirmed.isEmpty()
                        || at.state().history().commonUpTo(confirmed.get(), t).isPresent())
                .max(Comparator.naturalOrder())
                .or(() -> confirmed);
    }

    /** Among all that pledged, also those that may not become primary: what they hold may have been acknowledged. */
    private static Optional<Entry> furthest(Situation at, Term term, Optional<TimelineId> reference) {
        return at.state().members().stream()
                .map(n -> new Entry(
                        n.id(),
                        pledged(n, term).flatMap(p -> onLine(at, p, reference)),
                        n.tags().failoverPriority(),
                        Optional.empty()))
                .filter(e -> e.position().isPresent())
                .min(MOST_ADVANCED_FIRST);
    }

    /**
     * How much of the line that ends in {@code reference} is on a node with that position. An old primary that wrote on after its successor's
     * birth holds everything up to there, and may be the only one that does.
     */
    private static Optional<WalPosition> onLine(Situation at, WalPosition position, Optional<TimelineId> reference) {
        return diverged(at, Optional.of(position), reference).isEmpty()
                ? Optional.of(position)
                : reference
                        .flatMap(r -> at.state().history().parting(position.timeline(), r))
                        .map(lsn -> new WalPosition(position.timeline(), lsn));
    }

    private static Optional<Lsn> max(Optional<Lsn> a, Optional<Lsn> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.or(() -> b);
        }
        return Optional.of(Lsn.max(a.get(), b.get()));
    }
}
