package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.config.WriteProbePolicy;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Fires when the primary has stopped, is silent, cannot write, or never became primary.
 *
 * <p>Evidence: its own statement first; else its silence while the log is live, and what standbys say of their WAL streams.
 *
 * <p>Safe because opening a failover only revokes: nobody is promoted before {@link FailoverRules} finds the old primary
 * stopped, expired, or without a quorum.
 *
 * <p>Otherwise it stays, and says for what it waits.
 */
final class ServingRules {
    /** A promotion takes a tenth of a second, unless much WAL is left to replay. */
    private static final Duration PROMOTION_BOUND = Duration.ofSeconds(60);

    private ServingRules() {}

    static Verdict decide(Situation at) {
        ClusterState state = at.state();
        Grant grant = state.primary().orElseThrow();
        Optional<Node> node = at.node(grant.node());
        Optional<Fact.PrimaryStopped> stopped =
                node.filter(n -> n.hasStoppedAsPrimaryOf(grant.term())).flatMap(Node::stopped);
        if (stopped.isPresent()) {
            return Openings.automaticFirstHand(
                    at,
                    RuleId.F1,
                    "primary " + grant.node() + " of term " + grant.term() + " stated that it has stopped: "
                            + stopped.get().cause().sentence());
        }
        if (at.isSilent(grant.node())) {
            return silent(at, grant);
        }
        Optional<String> writePath = node.flatMap(Node::view).flatMap(v -> writePathFault(at, v));
        if (writePath.isPresent()) {
            return writePathFailed(at, grant, writePath.get());
        }
        if (!state.isPromotionConfirmed()) {
            return at.evidence().phaseAge().compareTo(PROMOTION_BOUND) > 0 && hasOtherMembers(at, grant.node())
                    ? Openings.automaticFirstHand(
                            at,
                            RuleId.F6,
                            grant.node() + " has not become primary of term " + grant.term() + " within "
                                    + PROMOTION_BOUND.toSeconds() + " s")
                    : new Verdict.Stay(RuleId.N7, grant.node() + " is becoming primary of term " + grant.term());
        }
        return new Verdict.Stay(RuleId.N0, "primary " + grant.node() + " serves under term " + grant.term());
    }

    private static boolean hasOtherMembers(Situation at, NodeId primary) {
        return at.state().members().stream().anyMatch(n -> !n.id().equals(primary));
    }

    private static Verdict silent(Situation at, Grant grant) {
        String silence = "primary " + grant.node() + " was last heard "
                + at.silence(grant.node()).toMillis() + " ms ago";
        if (!at.evidence().logLive()) {
            return new Verdict.Stay(RuleId.N1, silence + ", but the log is not live");
        }
        Ranking ranking = Ranking.withoutItsWord(at, Optional.empty(), false);
        if (ranking.best().isEmpty()) {
            return new Verdict.Stay(RuleId.N4, silence + ", but no standby can take over: " + ranking.refusals());
        }
        List<NodeId> witnesses = stillReceiving(at, grant.node());
        if (at.leaseCertainlyExpired(grant)) {
            return Openings.automaticObserved(
                    at,
                    RuleId.F3,
                    silence + "; its lease has certainly expired"
                            + (witnesses.isEmpty() ? "" : ", although WAL still reaches " + witnesses));
        }
        if (witnesses.isEmpty()) {
            return Openings.automaticObserved(
                    at, RuleId.F2, silence + "; no standby that is heard receives WAL from it");
        }
        return new Verdict.Stay(
                RuleId.N2, silence + ", but " + witnesses + " receive WAL from it and its lease may still run");
    }

    private static List<NodeId> stillReceiving(Situation at, NodeId primary) {
        return at.state().members().stream()
                .filter(n -> !at.isSilent(n.id()))
                .filter(n -> n.view()
                        .map(v -> receivesFrom(at, v, primary) || speaksOfBefore(at, n, v))
                        .orElse(false))
                .map(Node::id)
                .toList();
    }

    /**
     * A standby whose own heartbeat is overdue too says nothing of now: what delays the primary's may delay its. It is waited
     * for, until it speaks or is silent itself.
     */
    private static boolean speaksOfBefore(Situation at, Node node, PostgresView view) {
        return view instanceof PostgresView.Standby
                && at.silence(node.id()).compareTo(at.timing().noticedAfter()) > 0;
    }

    private static boolean receivesFrom(Situation at, PostgresView view, NodeId primary) {
        return view instanceof PostgresView.Standby s
                && s.upstream().streaming()
                && s.upstream().node().equals(Optional.of(primary))
                && s.upstream()
                        .lastMessage()
                        .map(age -> age.compareTo(at.timing().linkGoneAfter()) < 0)
                        .orElse(false);
    }

    private static Optional<String> writePathFault(Situation at, PostgresView view) {
        Duration bound = at.config().writeProbeBound();
        if (view instanceof PostgresView.Unresponsive u
                && u.wasPrimary()
                && u.since().compareTo(bound) > 0) {
            return Optional.of("has not answered for " + u.since().toMillis() + " ms");
        }
        if (view instanceof PostgresView.Primary p) {
            return switch (p.probe()) {
                case PostgresView.WriteProbe.Hanging h ->
                    Optional.of("has not finished a small write for "
                                    + h.since().toMillis() + " ms")
                            .filter(s -> h.since().compareTo(bound) > 0);
                case PostgresView.WriteProbe.Failed f ->
                    Optional.of("cannot write: " + f.message())
                            .filter(s -> f.since().compareTo(bound) > 0);
                case PostgresView.WriteProbe.Passed ok -> Optional.empty();
                case PostgresView.WriteProbe.NotYet n -> Optional.empty();
            };
        }
        return Optional.empty();
    }

    private static Verdict writePathFailed(Situation at, Grant grant, String fault) {
        String because = "primary " + grant.node() + " " + fault;
        if (at.config().writeProbe() == WriteProbePolicy.REPORT) {
            return new Verdict.Stay(RuleId.F4, because + "; the policy is to report it");
        }
        Ranking ranking = Ranking.byHeartbeat(at, Optional.empty());
        return ranking.best().isEmpty()
                ? new Verdict.Stay(RuleId.N4, because + ", but no standby can take over: " + ranking.refusals())
                : Openings.automaticFirstHand(at, RuleId.F4, because);
    }
}
