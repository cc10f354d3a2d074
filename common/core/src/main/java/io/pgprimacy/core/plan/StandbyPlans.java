package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.cluster.Restoration;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a member does that is not the primary: pledge, follow, or mend its data.
 *
 * <p>Safe because a pledge is durable before the WAL receiver is cut and stated only after; and an upstream is followed only when
 * all of this node's WAL is part of that upstream's history.
 */
final class StandbyPlans {
    /** How long an old primary leaves the machine to the standbys before it starts again as one of them. */
    private static final Duration OLD_PRIMARY_WAITS = Duration.ofSeconds(1);

    private StandbyPlans() {}

    static NodePlan plan(Self self) {
        Optional<Restoration> own = self.state().phase() instanceof Phase.FailingOver f
                ? f.restoration().filter(r -> r.node().equals(self.id()))
                : Optional.empty();
        if (own.isPresent()) {
            return RestorePlans.plan(self, self.state().term(), own.get().goal(), Optional.empty());
        }
        return RestorePlans.giveUp(self)
                .or(() -> RestartPlans.noticeStop(self))
                .orElseGet(() -> RestorePlans.andPutBack(self, otherwise(self)));
    }

    private static NodePlan otherwise(Self self) {
        boolean ordered = self.node().map(Node::mustBeRebuilt).orElse(false);
        if (self.memory().quarantine().isPresent() && !ordered) {
            return quarantined(self, self.memory().quarantine().get());
        }
        return switch (self.state().phase()) {
            case Phase.Forming f -> Plans.idle(self, "there is no cluster yet");
            case Phase.Founding f -> Plans.idle(self, f.node() + " restores the data that the cluster begins with");
            case Phase.FailingOver f -> pledge(self, f.term());
            case Phase.SwitchingOver s when s.stopping() -> switchOver(self, s);
            case Phase.SwitchingOver s -> follow(self);
            case Phase.Serving s -> follow(self);
        };
    }

    private static NodePlan quarantined(Self self, String reason) {
        if (self.seen().processes()) {
            return Plans.act(
                    self, new NodeAction.Stop(false, StopCause.REVOKED), "this node is quarantined: " + reason);
        }
        boolean stated = self.node().flatMap(Node::standingQuarantine).isPresent();
        Fact fact = new Fact.NodeQuarantined(
                self.id(),
                self.state().term(),
                reason,
                "look at its data, then run: pgprimacy rebuild " + self.id() + " --reason ...");
        return stated
                ? Plans.idle(self, "this node is quarantined: " + reason)
                : Plans.state(self.memory(), fact, "this node is quarantined: " + reason);
    }

    /** S4: make the pledge durable, cut the WAL receiver, state the exact end of this node's WAL. */
    static NodePlan pledge(Self self, Term term) {
        LocalMemory memory = self.memory().withPledged(term);
        boolean dataCounts = memory.unusable().isEmpty()
                && memory.divergence().isEmpty()
                && !self.node().map(Node::mustBeRebuilt).orElse(false);
        return switch (self.seen().view()) {
            case PostgresView.Standby s -> {
                // Cut, whatever its data is worth: it counts among those that the old primary can no longer reach. Cut
                // in this very life of the agent and for this term: what an earlier one had under way, or a Follow
                // of ours that has not ended, could connect again after the position was stated.
                NodeAction cut = new NodeAction.CutReceiver(term);
                if (!s.upstream().equals(PostgresView.Upstream.CUT) || !Plans.isDone(self, cut)) {
                    yield Plans.act(memory, cut, "term " + term + " is pledged");
                }
                yield s.exact() && dataCounts
                        ? statePledge(self, memory, term, Optional.of(s.position()))
                        : statePledge(self, memory, term, Optional.empty());
            }
            case PostgresView.Stopped s
            when dataCounts ->
                mayStart(self)
                        ? Plans.startFenced(self, memory, "PostgreSQL is started to tell how far its WAL reaches")
                        : Plans.remember(memory, "the standbys go first");
            case PostgresView.Stopped s -> statePledge(self, memory, term, Optional.empty());
            case PostgresView.Empty e -> statePledge(self, memory, term, Optional.empty());
            case PostgresView.Starting s -> Plans.remember(memory, "PostgreSQL is starting");
            case PostgresView.Unresponsive u -> Plans.remember(memory, "PostgreSQL does not answer");
            case PostgresView.Primary p -> stopUngranted(memory);
        };
    }

    /** Somebody promoted it past us: nobody has granted it a term, and no guard watches it (S6). */
    static NodePlan stopUngranted(LocalMemory memory) {
        return Plans.act(
                memory, new NodeAction.Stop(true, StopCause.REVOKED), "PostgreSQL accepts writes without a grant");
    }

    private static boolean mayStart(Self self) {
        boolean wasPrimary =
                self.state().lastGrant().map(g -> g.node().equals(self.id())).orElse(false);
        boolean others = self.state().members().stream()
                .filter(n -> !n.id().equals(self.id()))
                .anyMatch(n ->
                        n.view().map(v -> v instanceof PostgresView.Standby).orElse(false));
        return !wasPrimary || !others || self.phaseAge().compareTo(OLD_PRIMARY_WAITS) > 0;
    }

    private static NodePlan statePledge(Self self, LocalMemory memory, Term term, Optional<WalPosition> position) {
        Fact.StandbyPledged fact =
                new Fact.StandbyPledged(self.id(), term, position, self.seen().switches());
        boolean stated = self.node().flatMap(Node::pledge).equals(Optional.of(fact));
        return stated
                ? Plans.remember(memory, "term " + term + " is pledged")
                : Plans.state(memory, fact, "term " + term + " is pledged");
    }

    /** The target pledges when it has taken in all that the old primary wrote, or can get no more of it. */
    private static NodePlan switchOver(Self self, Phase.SwitchingOver phase) {
        Term old = self.state().lastGrant().orElseThrow().term();
        Optional<Fact.PrimaryStopped> stopped = self.state()
                .node(phase.from())
                .filter(n -> n.hasStoppedAsPrimaryOf(old))
                .flatMap(Node::stopped);
        if (!phase.to().equals(self.id())
                || stopped.isEmpty()
                || !(self.seen().view() instanceof PostgresView.Standby s)) {
            return Plans.idle(self, "the switchover goes on");
        }
        boolean complete = stopped.get()
                .shutdownCheckpoint()
                .map(c -> s.replayed().isAfter(c.lsn()))
                .orElse(false);
        return complete || !s.upstream().streaming()
                ? pledge(self, phase.term())
                : Plans.idle(self, "what the old primary wrote last is still coming in");
    }

    private static NodePlan follow(Self self) {
        Grant grant = self.state().lastGrant().orElseThrow();
        LocalMemory memory = self.memory().withPledged(grant.term());
        Optional<Fact.Promoted> promoted = self.state()
                .node(grant.node())
                .filter(n -> n.hasPromoted(grant.term()))
                .flatMap(Node::promoted);
        Optional<Endpoint> endpoint = self.state().endpoint(grant.node());
        if (grant.node().equals(self.id())) {
            return Plans.remember(memory, "term " + grant.term() + " was given up; the next one is awaited");
        }
        if (promoted.isEmpty() || endpoint.isEmpty()) {
            // Cut meanwhile, because in synchronous mode the first commits wait for this node to follow.
            return self.seen().view() instanceof PostgresView.Standby s && receivesFromAnother(s, grant)
                    ? cut(memory, grant, "its upstream is no longer the primary")
                    : Plans.remember(memory, grant.node() + " is becoming primary");
        }
        Upstream upstream = new Upstream(grant, promoted.get().timeline(), endpoint.get());
        return RejoinPlans.plan(self, memory, upstream).orElseGet(() -> followWith(self, memory, upstream));
    }

    /** The primary to follow, and the timeline that it writes. */
    record Upstream(Grant grant, TimelineId timeline, Endpoint endpoint) {}

    private static NodePlan followWith(Self self, LocalMemory memory, Upstream upstream) {
        return switch (self.seen().view()) {
            case PostgresView.Standby s ->
                RestartPlans.plan(self, memory).orElseGet(() -> attach(self, memory, upstream, s));
            case PostgresView.Stopped s ->
                memory.unusable().isPresent() || memory.divergence().isPresent()
                        ? Plans.remember(memory, "its data waits to be mended; automation is paused")
                        : Plans.startFenced(self, memory, "PostgreSQL is started as a standby");
            case PostgresView.Starting s -> Plans.remember(memory, "PostgreSQL is starting");
            case PostgresView.Unresponsive u -> Plans.remember(memory, "PostgreSQL does not answer");
            case PostgresView.Primary p -> stopUngranted(memory);
            case PostgresView.Empty e -> Plans.remember(memory, "the data directory is empty");
        };
    }

    private static NodePlan attach(Self self, LocalMemory memory, Upstream upstream, PostgresView.Standby s) {
        Grant grant = upstream.grant();
        if (s.upstream().node().equals(Optional.of(grant.node()))) {
            // It followed that node already when it was primary before, and kept WAL that others never got.
            if (!s.upstream().streaming() && divergence(self, upstream, s).isPresent()) {
                return cut(memory, grant, "its WAL has left the history of " + grant.node());
            }
            boolean streams = s.upstream().streaming() && s.timeline().equals(upstream.timeline());
            boolean stated = self.node().map(n -> n.hasFollowed(grant.term())).orElse(false);
            List<Fact> facts = new ArrayList<>();
            if (streams && !stated) {
                facts.add(new Fact.StandbyFollowing(self.id(), grant.term(), s.timeline()));
            }
            if (streams) {
                RestartPlans.outcome(self).ifPresent(facts::add);
            }
            return Plans.upkeep(self, memory, facts)
                    .orElseGet(() -> new NodePlan(memory, facts, Optional.empty(), "it follows " + grant.node()));
        }
        if (receivesFromAnother(s, grant)) {
            return cut(memory, grant, "its upstream is no longer the primary");
        }
        if (!s.exact()) {
            return Plans.remember(memory, "it replays WAL of before its start");
        }
        return divergence(self, upstream, s)
                .map(d -> Plans.remember(
                        memory.withDivergence(Optional.of(d)),
                        "its WAL up to " + s.position() + " has left the cluster's history at " + d.from()))
                .orElseGet(() -> Plans.act(
                        memory,
                        new NodeAction.Follow(grant.node(), upstream.endpoint()),
                        "all its WAL is part of the history of " + grant.node()));
    }

    private static boolean receivesFromAnother(PostgresView.Standby s, Grant grant) {
        return !s.upstream().equals(PostgresView.Upstream.CUT)
                && !s.upstream().node().equals(Optional.of(grant.node()));
    }

    private static NodePlan cut(LocalMemory memory, Grant grant, String because) {
        return Plans.act(memory, new NodeAction.CutReceiver(grant.term()), because);
    }

    /** Of a standby with an exact position; empty where all its WAL is part of the upstream's history. */
    static Optional<Divergence> divergence(Self self, Upstream upstream, PostgresView.Standby s) {
        TimelineHistory history = self.history();
        if (history.isOnHistoryOf(s.position(), upstream.timeline())) {
            return Optional.empty();
        }
        Lsn from = history.parting(s.timeline(), upstream.timeline()).orElse(Lsn.ZERO);
        return Optional.of(new Divergence(upstream.grant().term(), s.timeline(), from, s.received(), false, false));
    }
}
