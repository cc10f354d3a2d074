package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Timing;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.Optional;

/** State and evidence of one call of the decider, with the questions that several rules ask of them. */
record Situation(ClusterState state, Evidence evidence, String coordinator) {

    ClusterConfig config() {
        return state.config().orElseGet(() -> ClusterConfig.defaults(TimingProfile.NORMAL));
    }

    Timing timing() {
        return config().timing();
    }

    /** Only evidence while the log is live: callers check {@link Evidence#logLive()} before they act on a true (S7). */
    boolean isSilent(NodeId node) {
        return silence(node).compareTo(timing().suspectAfter()) > 0;
    }

    /** Longer than any bound for a node never heard. */
    Duration silence(NodeId node) {
        Evidence.Heard heard = evidence.heard().get(node);
        return heard == null ? Duration.ofDays(1) : heard.ago();
    }

    boolean wasHeard(NodeId node) {
        return evidence.heard().containsKey(node);
    }

    /**
     * S2, S3 B. The clock starts at this coordinator's reading of the last heartbeat that claimed the lease, which is later
     * than its sending, and runs for the longest claim. A coordinator that has followed the log since the grant knows of a term that
     * was never claimed ({@link Evidence.LeaseHeard#neverClaimed}). For any other compaction may have
     * dropped a claim for the sake of a heartbeat that landed after the revocation, so the longest lease that there is runs from the
     * reading of the revocation.
     */
    boolean leaseCertainlyExpired(Grant grant) {
        return leaseHeard(grant)
                .map(l -> l.ago().compareTo(Timing.certainlyExpiredAfter(l.longest())) >= 0)
                .orElseGet(() -> evidence.phaseAge().compareTo(Timing.certainlyExpiredAfter(longestLease())) >= 0);
    }

    private Duration longestLease() {
        Duration usual = timing().lease();
        return config().restartLease().compareTo(usual) > 0 ? config().restartLease() : usual;
    }

    Optional<Evidence.LeaseHeard> leaseHeard(Grant grant) {
        return Optional.ofNullable(evidence.heard().get(grant.node()))
                .flatMap(Evidence.Heard::lease)
                .filter(l -> l.term().equals(grant.term()));
    }

    Optional<Node> node(NodeId id) {
        return state.node(id);
    }

    Basis basis(RuleId rule, String because, Optional<String> answers) {
        return new Basis(state.sequence() + 1, coordinator, rule, because, answers, evidence);
    }

    Basis basis(RuleId rule, String because) {
        return basis(rule, because, Optional.empty());
    }
}
