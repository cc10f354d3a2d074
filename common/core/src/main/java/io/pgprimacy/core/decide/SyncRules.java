package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.cluster.SyncClaim;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.config.Timing;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Fires when the synchronous set no longer fits the standbys that stream, or the cluster's mode.
 *
 * <p>Evidence: what the primary's heartbeat says of its WAL streams, and for how long it has said so.
 *
 * <p>Safe because a set is logged before it is applied, and every older one counts until the primary has stated that it enforces
 * the new one and that enough of the new set hold all that was acknowledged before (S10).
 *
 * <p>Otherwise the set stays; with {@code strict} commits wait.
 */
final class SyncRules {
    private SyncRules() {}

    /**
     * What a new primary enforces from its first write: all other members, dead ones too. Of an earlier commit k standbys and the
     * old primary hold a copy; less the new primary, k of them are among these. So no more than the smallest k of before may be claimed; Y2 raises it.
     */
    static SyncStandbys forNewPrimary(Situation at, NodeId primary) {
        return switch (at.config().replication()) {
            case ReplicationMode.Asynchronous a -> SyncStandbys.NONE;
            case ReplicationMode.Quorum q -> {
                SortedSet<NodeId> others = otherMembers(at, primary);
                int copies = at.state().syncClaims().stream()
                        .map(SyncClaim::sync)
                        .filter(SyncStandbys::promises)
                        .mapToInt(SyncStandbys::acknowledgements)
                        .min()
                        .orElse(q.acknowledgements());
                yield new SyncStandbys(others, Math.min(Math.min(copies, q.acknowledgements()), others.size()));
            }
        };
    }

    static Verdict decide(Situation at) {
        ClusterState state = at.state();
        if (!(state.phase() instanceof Phase.Serving) || !state.isPromotionConfirmed()) {
            return new Verdict.Stay(RuleId.N7, "the synchronous set waits until the primary has settled");
        }
        Grant grant = state.primary().orElseThrow();
        if (at.isSilent(grant.node()) || !at.evidence().logLive()) {
            return new Verdict.Stay(RuleId.N1, "the primary was not heard just now");
        }
        return switch (at.config().replication()) {
            case ReplicationMode.Asynchronous a ->
                state.sync().acknowledgements() == 0
                        ? new Verdict.Stay(RuleId.N0, "commits wait for no standby")
                        : change(at, RuleId.Y1, "the cluster is asynchronous now", SyncStandbys.NONE);
            case ReplicationMode.Quorum q -> quorum(at, grant.node(), q);
        };
    }

    private static Verdict quorum(Situation at, NodeId primary, ReplicationMode.Quorum mode) {
        SyncStandbys now = at.state().sync();
        SortedSet<NodeId> streaming = streaming(at, primary);
        SortedSet<NodeId> staying = new TreeSet<>(now.standbys());
        staying.retainAll(streaming);
        Duration patience = Timing.times(at.timing().lease(), 2, 1);
        boolean tooFew = staying.size() < now.acknowledgements();
        if (tooFew && !mode.strict() && at.evidence().syncShortFor().compareTo(patience) > 0) {
            SyncStandbys weaker = new SyncStandbys(streaming, Math.min(streaming.size(), mode.acknowledgements()));
            return change(
                    at,
                    RuleId.Y1,
                    "commits have waited for " + now.acknowledgements() + " of " + now.standbys() + " for "
                            + at.evidence().syncShortFor().toMillis() + " ms; " + streaming + " stream",
                    weaker);
        }
        // Where too few of its standbys stream, the last set may never be stated as enforced: others may join it all
        // the same.
        if (at.state().syncClaims().size() > 1 && !tooFew) {
            return new Verdict.Stay(RuleId.N0, "the primary has not applied the last synchronous set yet");
        }
        SyncStandbys joined = join(at, streaming, mode, now);
        return joined.equals(now)
                ? leave(at, mode, now, streaming)
                : change(at, RuleId.Y2, streaming + " stream from the primary", joined);
    }

    /** With {@code strict} a set that would become too small for its promise stays as it is, and commits wait. */
    private static SyncStandbys join(
            Situation at, SortedSet<NodeId> streaming, ReplicationMode.Quorum mode, SyncStandbys now) {
        SortedSet<NodeId> others =
                otherMembers(at, at.state().primary().orElseThrow().node());
        SortedSet<NodeId> all = new TreeSet<>(now.standbys());
        all.addAll(streaming);
        all.retainAll(others);
        if (mode.strict() && all.size() < now.acknowledgements()) {
            all.addAll(others);
            if (all.size() < now.acknowledgements()) {
                return now;
            }
        }
        int raised = Math.min(mode.acknowledgements(), all.size());
        // Raised only when those that stream can carry it, or commits would begin to wait.
        int acknowledgements = streaming.size() >= raised ? raised : Math.min(now.acknowledgements(), all.size());
        return new SyncStandbys(all, acknowledgements);
    }

    /** A standby that has been silent for a lease narrows who might hold an acknowledged commit when it leaves the set. */
    private static Verdict leave(
            Situation at, ReplicationMode.Quorum mode, SyncStandbys now, SortedSet<NodeId> streaming) {
        SortedSet<NodeId> left = new TreeSet<>(now.standbys());
        left.removeIf(id -> at.silence(id).compareTo(at.timing().lease()) > 0);
        int needed = Math.min(mode.acknowledgements(), now.acknowledgements());
        SortedSet<NodeId> carrying = new TreeSet<>(streaming);
        carrying.retainAll(left);
        if (left.size() == now.standbys().size() || left.size() < needed || carrying.size() < needed) {
            return new Verdict.Stay(RuleId.N0, "the synchronous set fits");
        }
        SortedSet<NodeId> gone = new TreeSet<>(now.standbys());
        gone.removeAll(left);
        return change(at, RuleId.Y1, gone + " are silent", new SyncStandbys(left, needed));
    }

    private static Verdict change(Situation at, RuleId rule, String because, SyncStandbys sync) {
        return new Verdict.Append(new Decision.SyncStandbysChanged(at.basis(rule, because), sync));
    }

    private static SortedSet<NodeId> otherMembers(Situation at, NodeId primary) {
        SortedSet<NodeId> others = new TreeSet<>();
        for (Node member : at.state().members()) {
            others.add(member.id());
        }
        others.remove(primary);
        return others;
    }

    /** Members that stream from the primary by its own account and are heard themselves. */
    private static SortedSet<NodeId> streaming(Situation at, NodeId primary) {
        if (!(at.node(primary).flatMap(Node::view).orElse(null) instanceof PostgresView.Primary view)) {
            return new TreeSet<>();
        }
        SortedSet<NodeId> streaming = otherMembers(at, primary);
        streaming.removeIf(id -> !view.streamsTo(id) || at.isSilent(id));
        return streaming;
    }
}
