package io.pgprimacy.core.explain;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Healthy: one confirmed primary that was heard just now, every other member streams from it on its timeline, and in synchronous
 * mode commits wait for as many standbys as the cluster wants.
 *
 * @param problems why it is not healthy; empty where it is
 * @param notes what a person should know and what makes nothing worse by itself
 */
public record ClusterHealth(List<String> problems, List<String> notes) {
    public ClusterHealth {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    public boolean isHealthy() {
        return problems.isEmpty();
    }

    public static ClusterHealth of(ClusterState state, Evidence evidence) {
        Optional<ClusterConfig> config = state.config();
        List<String> problems = new ArrayList<>();
        state.lostDecisions().ifPresent(lost -> problems.add(lost.sentence(state)));
        if (config.isEmpty()) {
            problems.add("the cluster has not been created yet");
            return new ClusterHealth(problems, List.of());
        }
        if (!evidence.logLive()) {
            problems.add("the log is not live: no record of this coordinator's own came back just now");
        }
        Optional<Grant> primary = state.primary().filter(g -> state.phase() instanceof Phase.Serving);
        if (primary.isEmpty()) {
            problems.add("there is no primary: " + phase(state.phase()));
        }
        primary.ifPresent(g -> {
            Duration patience = config.get().timing().suspectAfter();
            problems.addAll(ofPrimary(state, evidence, g, patience));
            state.members().stream()
                    .filter(n -> !n.id().equals(g.node()))
                    .forEach(n -> ofStandby(state, evidence, g, n, patience).ifPresent(problems::add));
            ofSync(state, config.get()).ifPresent(problems::add);
        });
        return new ClusterHealth(problems, notes(state));
    }

    private static List<String> ofPrimary(ClusterState state, Evidence evidence, Grant grant, Duration patience) {
        List<String> problems = new ArrayList<>();
        if (!state.isPromotionConfirmed()) {
            problems.add("primary " + grant.node() + " has not confirmed term " + grant.term() + " yet");
        }
        silence(evidence, state.node(grant.node()).orElseThrow(), patience)
                .ifPresent(s -> problems.add("primary " + s));
        PostgresView view = state.node(grant.node()).flatMap(Node::view).orElse(new PostgresView.Empty());
        if (!(view instanceof PostgresView.Primary p)) {
            problems.add("primary " + grant.node() + " " + Sentences.ofView(view));
        } else {
            switch (p.probe()) {
                case PostgresView.WriteProbe.Hanging h ->
                    problems.add("the write path of primary " + grant.node() + " has hung for "
                            + h.since().toMillis() + " ms");
                case PostgresView.WriteProbe.Failed f ->
                    problems.add("the write path of primary " + grant.node() + " fails: " + f.message());
                case PostgresView.WriteProbe.Passed ok -> {}
                case PostgresView.WriteProbe.NotYet ok -> {}
            }
        }
        return problems;
    }

    private static Optional<String> ofStandby(
            ClusterState state, Evidence evidence, Grant primary, Node node, Duration patience) {
        Optional<String> silent = silence(evidence, node, patience);
        if (silent.isPresent()) {
            return silent.map(s -> "member " + s);
        }
        if (node.standingQuarantine().isPresent()) {
            return Optional.of("member " + node.id() + " is quarantined: "
                    + node.standingQuarantine().get().reason() + "; next step: "
                    + node.standingQuarantine().get().nextStep());
        }
        if (node.mustBeRebuilt()) {
            return Optional.of("member " + node.id() + " is being rebuilt");
        }
        if (node.mustBeRestarted()) {
            return Optional.of("PostgreSQL of member " + node.id() + " is being restarted");
        }
        PostgresView view = node.view().orElseThrow();
        if (!(view instanceof PostgresView.Standby s)) {
            return Optional.of("member " + node.id() + " " + Sentences.ofView(view));
        }
        boolean follows = s.upstream().streaming() && s.upstream().node().equals(Optional.of(primary.node()));
        if (!follows) {
            return Optional.of("standby " + node.id() + " does not stream from " + primary.node());
        }
        return state.timeline().equals(Optional.of(s.timeline()))
                ? Optional.empty()
                : Optional.of("standby " + node.id() + " is on timeline " + s.timeline() + ", the primary on "
                        + state.timeline().map(Object::toString).orElse("none yet"));
    }

    private static Optional<String> silence(Evidence evidence, Node node, Duration patience) {
        Evidence.Heard heard = evidence.heard().get(node.id());
        if (heard == null || node.view().isEmpty()) {
            return Optional.of(node.id() + " has not been heard since this coordinator started");
        }
        return heard.ago().compareTo(patience) > 0
                ? Optional.of(node.id() + " was last heard " + heard.ago().toMillis() + " ms ago")
                : Optional.empty();
    }

    private static Optional<String> ofSync(ClusterState state, ClusterConfig config) {
        if (!(config.replication() instanceof ReplicationMode.Quorum wanted)) {
            return Optional.empty();
        }
        if (state.sync().acknowledgements() < wanted.acknowledgements()) {
            return Optional.of("commits wait for " + state.sync().acknowledgements() + " standbys, the cluster wants "
                    + wanted.acknowledgements());
        }
        return state.syncClaims().size() > 1
                ? Optional.of(
                        "the primary has not applied the synchronous set " + Sentences.quorum(state.sync()) + " yet")
                : Optional.empty();
    }

    private static List<String> notes(ClusterState state) {
        List<String> notes = new ArrayList<>();
        if (state.paused()) {
            notes.add("automation is paused");
        }
        if (state.halted()) {
            notes.add("automatic failovers are halted until a person allows them again");
        }
        if (state.members().size() == 1) {
            notes.add("there is no standby: nothing can take over");
        }
        state.members().stream()
                .filter(Node::isSuspended)
                .forEach(
                        n -> notes.add(
                                "member " + n.id()
                                        + " is suspended: an outage of the log does not hang on it, and it cannot become primary before it is back"));
        state.members().forEach(n -> {
            var waiting = n.facts().pendingRestarts();
            if (!waiting.isEmpty()) {
                notes.add("member " + n.id() + " needs a restart of PostgreSQL for "
                        + Sentences.ofPendingRestarts(waiting));
            }
        });
        state.members().forEach(n -> n.facts().kept().values().forEach(kept -> notes.add(keeps(n, kept))));
        for (Node n : state.members()) {
            n.facts()
                    .waiting()
                    .values()
                    .forEach(saved -> notes.add(saved.bytes() + " bytes of WAL of timeline "
                            + saved.timeline() + " that did not become history lie on the disk of " + n.id()
                            + " alone, and are not in the repository yet: "
                            + saved.waiting().orElse("")));
        }
        return notes;
    }

    private static String keeps(Node node, Fact.OldDataKept kept) {
        return Sentences.of(kept)
                + (node.orders().removals().containsKey(kept.location())
                        ? kept.trouble().isPresent() ? "" : "; it is being removed"
                        : "; restore confirm removes it");
    }

    private static String phase(Phase phase) {
        return switch (phase) {
            case Phase.Forming f -> "the cluster has not been created yet";
            case Phase.Founding f -> f.node() + " restores " + f.data() + ", to become primary of term " + f.term();
            case Phase.Serving s -> "its term was revoked";
            case Phase.SwitchingOver s ->
                s.stopping() ? s.from() + " hands over to " + s.to() : s.from() + " prepares to hand over to " + s.to();
            case Phase.FailingOver f
            when f.restoration().isPresent() ->
                f.restoration().get().node() + " is restored to "
                        + f.restoration().get().goal().target() + ", to become primary of term " + f.term();
            case Phase.FailingOver f ->
                "a failover to term " + f.term() + " is open"
                        + f.blocked().map(b -> " and waits: " + b).orElse("");
        };
    }
}
