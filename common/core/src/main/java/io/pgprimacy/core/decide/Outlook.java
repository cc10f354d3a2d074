package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.cluster.SyncClaim;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What would happen if the primary died now, as far as heartbeats tell. A promotion goes by pledges, which are exact, so this is a
 * forecast and no promise.
 *
 * @param candidates every member with its verdict, the one that would be chosen first
 * @param heldBackBy why nothing would happen by itself; empty where a failover would be opened
 */
public record Outlook(Optional<NodeId> primary, List<Candidate> candidates, List<String> heldBackBy) {
    public Outlook {
        candidates = List.copyOf(candidates);
        heldBackBy = List.copyOf(heldBackBy);
    }

    public static Outlook of(ClusterState state, Evidence evidence) {
        Situation at = new Situation(state, evidence, "");
        List<String> heldBackBy = new ArrayList<>();
        if (state.phase() instanceof Phase.Forming) {
            return new Outlook(Optional.empty(), List.of(), List.of("the cluster has not been created yet"));
        }
        if (state.phase() instanceof Phase.Founding f) {
            return new Outlook(
                    Optional.empty(), List.of(), List.of(f.node() + " restores the data that the cluster begins with"));
        }
        if (!evidence.logLive()) {
            heldBackBy.add("the log is not live, so silence is no evidence");
        }
        Openings.heldBack(at).ifPresent(v -> heldBackBy.add(v.because()));
        Ranking ranking = Ranking.withoutItsWord(at, Optional.empty(), false);
        if (ranking.best().isEmpty()) {
            heldBackBy.add("no standby can take over");
        } else {
            missingAcknowledgements(at).ifPresent(heldBackBy::add);
        }
        return new Outlook(state.primary().map(Grant::node), ranking.candidates(), heldBackBy);
    }

    /** With too few pledges a commit might have been acknowledged by standbys that are not there. */
    private static Optional<String> missingAcknowledgements(Situation at) {
        SortedSet<NodeId> heard = new TreeSet<>();
        Optional<NodeId> primary = at.state().lastGrant().map(Grant::node);
        at.state().members().stream()
                .map(Node::id)
                .filter(id -> !primary.equals(Optional.of(id)) && !at.isSilent(id))
                .forEach(heard::add);
        boolean held = at.state().syncClaims().stream()
                .map(SyncClaim::sync)
                .filter(SyncStandbys::promises)
                .allMatch(promise -> promise.isRevokedBy(heard));
        return !held
                ? Optional.of("only " + heard
                        + " could pledge; that is too few to be sure that every acknowledged commit" + " is among them")
                : Optional.empty();
    }

    public Optional<NodeId> wouldBeChosen() {
        return candidates.stream()
                .filter(c -> c.verdict() instanceof Candidate.Verdict.Chosen)
                .map(Candidate::node)
                .findFirst();
    }

    public Optional<Candidate> candidate(NodeId node) {
        return candidates.stream().filter(c -> c.node().equals(node)).findFirst();
    }
}
