package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.WalPosition;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Fires while a switchover is under way.
 *
 * <p>Evidence: the old primary's statements that it is prepared and that it has stopped with its shutdown checkpoint; the target's
 * pledge with a position past that checkpoint.
 *
 * <p>Safe because the old primary has stated that it stopped (S3 A), and the target holds all that it wrote.
 *
 * <p>Otherwise it is given up while the old primary still serves, or turned into a failover when it no longer does; given up as well where
 * it stopped by itself and automation may not replace it.
 */
final class SwitchoverRules {
    private static final Duration PREPARATION_BOUND = Duration.ofSeconds(60);

    /** The stop ships all remaining WAL; what is further behind than this would make the outage long. */
    private static final long CLOSE_ENOUGH_BYTES = 16L << 20;

    private static final Duration STOP_BOUND = Duration.ofSeconds(20);

    private SwitchoverRules() {}

    static Verdict decide(Situation at, Phase.SwitchingOver phase) {
        return phase.stopping() ? stopping(at, phase) : preparing(at, phase);
    }

    private static Verdict preparing(Situation at, Phase.SwitchingOver phase) {
        Grant grant = at.state().lastGrant().orElseThrow();
        Optional<Node> from = at.node(phase.from());
        if (from.map(n -> n.hasStoppedAsPrimaryOf(grant.term())).orElse(false)) {
            String stopped = phase.from() + " stopped while it prepared its switchover";
            Verdict failover = Openings.automaticFirstHand(at, RuleId.F1, stopped);
            // What a person wants next would wait behind a switchover that comes to nothing.
            return failover instanceof Verdict.Stay held
                    ? abort(at, phase, stopped + ", and " + held.because())
                    : failover;
        }
        if (at.isSilent(phase.from())) {
            return abort(at, phase, phase.from() + " is silent");
        }
        Ranking ranking = Ranking.byHeartbeat(at, Optional.of(phase.to()));
        if (ranking.best().isEmpty()) {
            return abort(at, phase, phase.to() + " can no longer take over: " + ranking.refusals());
        }
        if (at.evidence().phaseAge().compareTo(PREPARATION_BOUND) > 0) {
            return abort(at, phase, "the preparation takes longer than " + PREPARATION_BOUND.toSeconds() + " s");
        }
        long behind = behind(at, phase);
        boolean prepared = from.map(n -> n.hasPrepared(phase.term())).orElse(false);
        if (prepared && behind <= CLOSE_ENOUGH_BYTES) {
            return new Verdict.Append(new Decision.PrimaryStopOrdered(
                    at.basis(
                            RuleId.W2,
                            phase.from() + " has made its checkpoint; " + phase.to() + " is " + behind
                                    + " bytes behind",
                            phase.request()),
                    phase.term(),
                    phase.from(),
                    phase.to()));
        }
        return new Verdict.Stay(
                RuleId.N8,
                prepared
                        ? phase.to() + " is " + behind + " bytes behind; at most " + CLOSE_ENOUGH_BYTES + " are awaited"
                        : phase.from() + " makes its checkpoint");
    }

    private static long behind(Situation at, Phase.SwitchingOver phase) {
        Optional<WalPosition> ahead = at.node(phase.from()).flatMap(Node::position);
        Optional<WalPosition> target = at.node(phase.to()).flatMap(Node::position);
        return ahead.isEmpty() || target.isEmpty()
                ? Long.MAX_VALUE
                : Math.max(0, ahead.get().lsn().minus(target.get().lsn()));
    }

    private static Verdict abort(Situation at, Phase.SwitchingOver phase, String because) {
        return new Verdict.Append(new Decision.SwitchoverAborted(
                at.basis(RuleId.W4, because, phase.request()), phase.from(), phase.to()));
    }

    private static Verdict stopping(Situation at, Phase.SwitchingOver phase) {
        Grant grant = at.state().lastGrant().orElseThrow();
        Optional<Fact.PrimaryStopped> stopped = at.node(phase.from())
                .filter(n -> n.hasStoppedAsPrimaryOf(grant.term()))
                .flatMap(Node::stopped);
        if (stopped.isPresent() && stopped.get().shutdownCheckpoint().isEmpty()) {
            return toFailover(at, phase.from() + " did not shut down cleanly");
        }
        Optional<WalPosition> pledged = at.node(phase.to())
                .flatMap(Node::pledge)
                .filter(p -> p.term().equals(phase.term()))
                .flatMap(Fact.StandbyPledged::position);
        if (stopped.isPresent() && pledged.isPresent()) {
            WalPosition checkpoint = stopped.get().shutdownCheckpoint().orElseThrow();
            return holds(pledged.get(), checkpoint)
                    ? choose(at, phase, checkpoint, pledged.get())
                    : toFailover(at, phase.to() + " lacks WAL of " + phase.from() + ": it ends at " + pledged.get());
        }
        boolean targetLost = at.isSilent(phase.to()) && at.evidence().logLive();
        if (targetLost || at.evidence().phaseAge().compareTo(STOP_BOUND) > 0) {
            return toFailover(
                    at,
                    targetLost
                            ? phase.to() + " has become silent"
                            : "the stop takes longer than " + STOP_BOUND.toSeconds() + " s");
        }
        return new Verdict.Stay(
                RuleId.N8,
                stopped.isPresent()
                        ? phase.to() + " takes in what " + phase.from() + " wrote last"
                        : phase.from() + " is stopping");
    }

    /** A record is at least 24 bytes long, so WAL that reaches past its beginning by being replayed holds all of it. */
    private static boolean holds(WalPosition position, WalPosition shutdownCheckpoint) {
        return position.timeline().equals(shutdownCheckpoint.timeline())
                && position.lsn().isAfter(shutdownCheckpoint.lsn());
    }

    /** Every member, as the log shows it now: also those that were passed over, with the reason. */
    private static List<Candidate> candidates(Situation at, NodeId target, Candidate chosen) {
        List<Candidate> all = new ArrayList<>();
        all.add(chosen);
        Ranking.byHeartbeat(at, Optional.of(target)).candidates().stream()
                .filter(c -> !c.node().equals(target))
                .forEach(all::add);
        return all;
    }

    private static Verdict choose(
            Situation at, Phase.SwitchingOver phase, WalPosition checkpoint, WalPosition pledged) {
        Candidate chosen = new Candidate(
                phase.to(),
                Optional.of(pledged),
                at.node(phase.to()).map(n -> n.tags().failoverPriority()).orElse(1),
                new Candidate.Verdict.Chosen());
        return new Verdict.Append(new Decision.PrimaryChosen(
                at.basis(
                        RuleId.W3,
                        phase.from() + " stopped with its checkpoint at " + checkpoint.lsn() + "; " + phase.to()
                                + " holds WAL up to " + pledged.lsn(),
                        phase.request()),
                phase.term(),
                phase.to(),
                candidates(at, phase.to(), chosen),
                SyncRules.forNewPrimary(at, phase.to()),
                OptionalLong.of(0)));
    }

    /** Asked for by a person, so not subject to the limit on automatic ones. */
    private static Verdict toFailover(Situation at, String because) {
        Decision.FailoverOpened automatic = (Decision.FailoverOpened)
                ((Verdict.Append) Openings.open(at, RuleId.F7, because, Optional.empty())).decision();
        return new Verdict.Append(new Decision.FailoverOpened(
                automatic.basis(),
                automatic.term(),
                automatic.oldPrimary(),
                automatic.lastKnown(),
                false,
                Optional.empty(),
                false,
                false));
    }
}
