package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.cluster.SyncClaim;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.WalPosition;
import io.pgprimacy.core.rule.RuleId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Fires while a failover is open: chooses the new primary.
 *
 * <p>Evidence: pledges with exact positions; the old primary's stop, the age of its lease, or the number of pledges.
 *
 * <p>Safe because of S3: the old primary has stated that it stopped (A), or its lease has certainly expired (B), or so many of its
 * synchronous standbys have pledged that no commit can be acknowledged (C); and because of S4: the choice is the most advanced of
 * those that pledged, and in synchronous mode those that pledged include a holder of every acknowledged commit.
 *
 * <p>Otherwise it waits, or says with numbers why nobody can be chosen.
 */
final class FailoverRules {
    private FailoverRules() {}

    static Verdict decide(Situation at, Phase.FailingOver phase) {
        return phase.restoration()
                .map(restoration -> RestoreRules.decide(at, phase, restoration))
                .orElseGet(() -> mostAdvanced(at, phase));
    }

    private static Verdict mostAdvanced(Situation at, Phase.FailingOver phase) {
        List<NodeId> awaited = awaited(at, phase);
        if (!awaited.isEmpty() && at.evidence().phaseAge().compareTo(at.timing().pledgeWait()) < 0) {
            return new Verdict.Stay(RuleId.N5, "awaiting the pledges of " + awaited);
        }
        Grant old = at.state().lastGrant().orElseThrow();
        Optional<Ground> ground = ground(at, old, phase);
        if (ground.isEmpty()) {
            return new Verdict.Stay(
                    RuleId.N6,
                    "old primary " + old.node() + " has not stated that it stopped, and its lease may still run: "
                            + leaseLeft(at, old));
        }
        Ranking ranking = Ranking.byPledge(at, phase);
        if (!phase.allowDataLoss() && !holdsEveryAcknowledgedCommit(at, old, phase)) {
            return blocked(
                    at,
                    phase,
                    ranking,
                    "too few pledges to be sure that every acknowledged commit is among them: have "
                            + pledgedWithPosition(at, phase) + ", synchronous " + describeClaims(at));
        }
        return ranking.best()
                .map(best -> choose(at, phase, ranking, best, ground.get()))
                .orElseGet(() -> blocked(at, phase, ranking, "no member can be chosen: " + ranking.stableRefusals()));
    }

    /** Why the old primary accepts no writes. */
    record Ground(RuleId rule, String because) {}

    /** Members that are alive and will pledge soon, with a position. The old primary is not waited for: it has to be started again first. */
    private static List<NodeId> awaited(Situation at, Phase.FailingOver phase) {
        NodeId old = at.state().lastGrant().orElseThrow().node();
        SortedSet<NodeId> stated = pledgedWithPosition(at, phase);
        return at.state().members().stream()
                .filter(n -> !n.id().equals(old))
                .filter(n -> !at.isSilent(n.id()))
                .filter(n -> n.standingQuarantine().isEmpty() && !n.mustBeRebuilt())
                .filter(n -> n.view()
                        .map(v -> v instanceof io.pgprimacy.core.event.PostgresView.Standby)
                        .orElse(false))
                .map(Node::id)
                .filter(n -> !stated.contains(n))
                .toList();
    }

    static Optional<Ground> ground(Situation at, Grant old, Phase.FailingOver phase) {
        Optional<Fact.PrimaryStopped> stopped = at.node(old.node())
                .filter(n -> n.hasStoppedAsPrimaryOf(old.term()))
                .flatMap(Node::stopped);
        if (stopped.isPresent()) {
            return Optional.of(new Ground(
                    RuleId.P1,
                    "old primary " + old.node() + " stated that it has stopped: "
                            + stopped.get().cause().sentence()));
        }
        // What a standby confirmed before its pledge, the old primary may acknowledge later. The most advanced
        // member holds it; one that is chosen where a person accepts loss need not.
        if (!phase.allowDataLoss() && isEveryClaimRevoked(at, pledged(at, phase))) {
            return Optional.of(new Ground(
                    RuleId.P3,
                    pledged(at, phase) + " have pledged term " + phase.term() + ", so " + old.node()
                            + " can get no commit acknowledged by synchronous " + describeClaims(at)));
        }
        if (at.evidence().logLive() && at.leaseCertainlyExpired(old)) {
            return Optional.of(new Ground(
                    RuleId.P2,
                    "the lease of old primary " + old.node() + " has certainly expired: " + leaseLeft(at, old)));
        }
        return Optional.empty();
    }

    private static String leaseLeft(Situation at, Grant old) {
        return at.leaseHeard(old)
                .map(l -> l.wasClaimed()
                        ? "last claimed " + l.ago().toMillis() + " ms ago for "
                                + l.longest().toMillis() + " ms"
                        : "it never claimed that of term " + old.term())
                .orElse("no claim of term " + old.term() + " was read before it was revoked");
    }

    private static boolean isEveryClaimRevoked(Situation at, SortedSet<NodeId> recruited) {
        List<SyncClaim> claims = at.state().syncClaims();
        return !claims.isEmpty() && claims.stream().allMatch(c -> c.sync().isRevokedBy(recruited));
    }

    /**
     * Without a promise (asynchronous, or a set that may have been empty) there is nothing to hold. The old primary's own data
     * holds every commit that it has acknowledged.
     */
    private static boolean holdsEveryAcknowledgedCommit(Situation at, Grant old, Phase.FailingOver phase) {
        SortedSet<NodeId> have = pledgedWithPosition(at, phase);
        return have.contains(old.node())
                || at.state().syncClaims().stream()
                        .map(SyncClaim::sync)
                        .filter(SyncStandbys::promises)
                        .allMatch(promise -> promise.isRevokedBy(have));
    }

    private static SortedSet<NodeId> pledged(Situation at, Phase.FailingOver phase) {
        SortedSet<NodeId> pledged = new TreeSet<>();
        at.state().members().stream().filter(n -> n.hasPledged(phase.term())).forEach(n -> pledged.add(n.id()));
        return pledged;
    }

    private static SortedSet<NodeId> pledgedWithPosition(Situation at, Phase.FailingOver phase) {
        SortedSet<NodeId> pledged = pledged(at, phase);
        pledged.removeIf(id -> at.node(id)
                .flatMap(Node::pledge)
                .flatMap(Fact.StandbyPledged::position)
                .isEmpty());
        return pledged;
    }

    private static String describeClaims(Situation at) {
        return at.state().syncClaims().stream()
                .map(c -> c.sync().acknowledgements() + " of " + c.sync().standbys())
                .toList()
                .toString();
    }

    private static Verdict choose(
            Situation at, Phase.FailingOver phase, Ranking ranking, Candidate best, Ground ground) {
        WalPosition position = best.position().orElseThrow();
        OptionalLong loss = phase.lastKnown()
                .map(known -> OptionalLong.of(Math.max(0, known.lsn().minus(position.lsn()))))
                .orElse(OptionalLong.empty());
        String because = best.node() + " is the most advanced eligible member (" + position + "); " + ground.because()
                + (phase.allowDataLoss() ? "; a person has accepted the loss of commits" : "");
        return new Verdict.Append(new Decision.PrimaryChosen(
                at.basis(ground.rule(), because),
                phase.term(),
                best.node(),
                ranking.candidates(),
                SyncRules.forNewPrimary(at, best.node()),
                loss));
    }

    /** Logged once per set of reasons, or a cluster that waits for days would fill its log. */
    private static Verdict blocked(Situation at, Phase.FailingOver phase, Ranking ranking, String because) {
        if (phase.blocked().equals(Optional.of(because))) {
            return new Verdict.Stay(RuleId.P4, because);
        }
        return new Verdict.Append(
                new Decision.FailoverBlocked(at.basis(RuleId.P4, because), phase.term(), ranking.candidates()));
    }
}
