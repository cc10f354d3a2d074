package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.DueDrill;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Fires when a person wants a backup proven, or wants that ended; when a drill is due by its schedule; and when the node that carries one out
 * is gone.
 *
 * <p>Evidence: as of {@link BackupRules}, after which these come.
 *
 * <p>Safe because a drill works in a directory of its own on its node and no other rule looks at it. It takes a machine's time, so nobody but a
 * person who names the primary puts it there.
 *
 * <p>Otherwise the request waits until the cluster is quiet.
 */
final class DrillRules {
    /** As of backups: what was to be done at night does not begin in the morning's peak. */
    private static final Duration TOO_LATE = Duration.ofHours(1);

    private static final String MERIT = "is the standby that has replayed most";

    private DrillRules() {}

    static Verdict decide(Situation at) {
        Optional<Verdict> givenUp = at.state().runningDrill().flatMap(order -> giveUp(at, order));
        if (givenUp.isPresent()) {
            return givenUp.get();
        }
        for (Request request : at.state().pending()) {
            if (request instanceof Request.DrillRequested r) {
                return order(at, r);
            }
            if (request instanceof Request.DrillCancelRequested r) {
                return cancel(at, r);
            }
        }
        return at.evidence()
                .dueDrill()
                .map(due -> scheduled(at, due))
                .orElseGet(() -> new Verdict.Stay(RuleId.N0, "no drill is wanted"));
    }

    private static Verdict scheduled(Situation at, DueDrill due) {
        Duration late =
                Duration.between(due.at(), Instant.ofEpochMilli(at.evidence().decidedAtMillis()));
        if (late.compareTo(TOO_LATE) > 0) {
            String how = " and could not be carried out within " + TOO_LATE.toMinutes() + " minutes: ";
            return missed(at, due.at(), due.before() + 1, how);
        }
        if (due.before() > 0) {
            return missed(at, due.at().minusMillis(1), due.before(), ", and the next one is due: ");
        }
        Optional<NodeId> node = mayOrderByItself(at) ? NodeFitness.bestStandby(at) : Optional.empty();
        return node.<Verdict>map(n -> new Verdict.Append(new Decision.DrillOrdered(
                        at.basis(RuleId.K9, "due at " + due.at() + " by its schedule; " + n + " " + MERIT),
                        n,
                        Optional.empty(),
                        Optional.of(due.at()))))
                .orElseGet(
                        () -> new Verdict.Stay(RuleId.N0, "the drill due at " + due.at() + " waits: " + obstacle(at)));
    }

    /** A pause is for people at work on the cluster: what they ask for is done, and nothing else. */
    private static boolean mayOrderByItself(Situation at) {
        return at.evidence().logLive()
                && !at.state().paused()
                && at.state().runningDrill().isEmpty();
    }

    private static Verdict missed(Situation at, Instant through, int instants, String how) {
        String because = instants + (instants == 1 ? " scheduled drill was" : " scheduled drills were") + " due up to "
                + through + how + obstacle(at);
        return new Verdict.Append(new Decision.DrillMissed(at.basis(RuleId.K10, because), through, instants));
    }

    private static String obstacle(Situation at) {
        if (at.state().paused()) {
            return "automation is paused";
        }
        return at.state()
                .runningDrill()
                .map(order ->
                        "the drill on " + order.node() + " that decision " + order.ordered() + " ordered is under way")
                .or(() -> NodeFitness.bestStandby(at).isPresent()
                        ? Optional.of("no coordinator was there, or the cluster was not quiet")
                        : Optional.empty())
                .orElseGet(() -> NodeFitness.refusals(at));
    }

    private static Optional<Verdict> giveUp(Situation at, DrillOrder order) {
        return NodeFitness.gone(at, order.node())
                .map(why -> new Verdict.Append(new Decision.DrillGivenUp(
                        at.basis(RuleId.K8, why + "; its drill of decision " + order.ordered() + " is given up"),
                        order.node(),
                        order.ordered())));
    }

    private static Verdict order(Situation at, Request.DrillRequested r) {
        Optional<DrillOrder> running = at.state().runningDrill();
        if (running.isPresent()) {
            return FormingRules.refuse(
                    at,
                    r,
                    "a drill on " + running.get().node() + " is under way, ordered by decision "
                            + running.get().ordered() + "; wait for it, or cancel it");
        }
        if (!at.evidence().logLive()) {
            return new Verdict.Stay(RuleId.N1, "the drill waits: which nodes are there is not known");
        }
        Optional<String> refusal = r.on().flatMap(on -> NodeFitness.unfit(at, on));
        if (refusal.isPresent()) {
            return FormingRules.refuse(at, r, refusal.get());
        }
        Optional<NodeId> node = r.on().or(() -> NodeFitness.bestStandby(at));
        if (node.isEmpty()) {
            return FormingRules.refuse(
                    at,
                    r,
                    "no standby can carry out a drill, and a primary only where it is named: "
                            + NodeFitness.refusals(at));
        }
        String why = r.origin().actor() + ": " + r.origin().reason() + "; " + node.get() + " "
                + (r.on().isPresent() ? "was named" : MERIT);
        return new Verdict.Append(new Decision.DrillOrdered(
                at.basis(RuleId.K6, why, Optional.of(r.id())), node.get(), r.backup(), Optional.empty()));
    }

    private static Verdict cancel(Situation at, Request.DrillCancelRequested r) {
        return at.state()
                .runningDrill()
                .<Verdict>map(order -> new Verdict.Append(new Decision.DrillCancelled(
                        at.basis(
                                RuleId.K7,
                                r.origin().actor() + ": " + r.origin().reason(),
                                Optional.of(r.id())),
                        order.node(),
                        order.ordered())))
                .orElseGet(() -> FormingRules.refuse(at, r, "no drill is under way"));
    }
}
