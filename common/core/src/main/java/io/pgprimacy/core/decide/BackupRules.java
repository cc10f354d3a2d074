package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.DueBackup;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Fires when a person wants a backup, or wants one ended; when one is due by its schedule; and when the node that takes one is gone.
 *
 * <p>Evidence: the request, or the instant of the schedule by the coordinator's wall clock, which decides about nothing but when; what members' heartbeats say of their PostgreSQL; the silence of a node while the log is live.
 *
 * <p>Safe because it comes after every other rule, and only while the primary serves and nothing is in doubt: no change of primary,
 * member or synchronous set waits for a decision about a backup. No other rule looks at backups, so whatever becomes of one changes nothing
 * else.
 *
 * <p>Otherwise the request waits until the cluster is quiet.
 */
final class BackupRules {
    /** What was due longer ago is missed: a nightly backup must not begin in the morning's peak. */
    private static final Duration TOO_LATE = Duration.ofHours(1);

    private BackupRules() {}

    static Verdict decide(Situation at) {
        Optional<Verdict> givenUp = at.state().runningBackup().flatMap(order -> giveUp(at, order));
        if (givenUp.isPresent()) {
            return givenUp.get();
        }
        for (Request request : at.state().pending()) {
            Optional<Verdict> answer = answer(at, request);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        Optional<Verdict> first = first(at);
        if (first.isPresent()) {
            return first.get();
        }
        return at.evidence()
                .dueBackup()
                .map(due -> scheduled(at, due))
                .orElseGet(() -> new Verdict.Stay(RuleId.N0, "no backup is wanted"));
    }

    /** Until it is there nothing that is committed can be restored, whatever is archived. One that failed is a person's matter. */
    private static Optional<Verdict> first(Situation at) {
        return lacksFirst(at) && mayOrderByItself(at)
                ? fittest(at)
                        .map(n -> new Verdict.Append(new Decision.BackupOrdered(
                                at.basis(
                                        RuleId.K11,
                                        "incarnation " + at.state().incarnation() + " has no backup yet; " + n + " "
                                                + merit(at, n)),
                                n,
                                BackupType.FULL,
                                Optional.empty())))
                : Optional.empty();
    }

    private static boolean lacksFirst(Situation at) {
        return (at.state().origin().isPresent() || at.state().incarnation() > 1)
                && at.state().backup().isEmpty()
                && at.state().nodes().values().stream()
                        .noneMatch(n -> n.facts().backups().hasEnded(1));
    }

    private static Verdict scheduled(Situation at, DueBackup due) {
        Duration late =
                Duration.between(due.at(), Instant.ofEpochMilli(at.evidence().decidedAtMillis()));
        if (late.compareTo(TOO_LATE) > 0) {
            return missed(
                    at,
                    due,
                    due.at(),
                    due.before() + 1,
                    " and could not be taken within " + TOO_LATE.toMinutes() + " minutes: ");
        }
        if (due.before() > 0) {
            return missed(at, due, due.at().minusMillis(1), due.before(), ", and the next one is due: ");
        }
        Optional<NodeId> node = mayOrderByItself(at) ? fittest(at) : Optional.empty();
        return node.<Verdict>map(n -> new Verdict.Append(new Decision.BackupOrdered(
                        at.basis(RuleId.K4, "due at " + due.at() + " by its schedule; " + n + " " + merit(at, n)),
                        n,
                        due.type(),
                        Optional.of(due.at()))))
                .orElseGet(
                        () -> new Verdict.Stay(RuleId.N0, "the backup due at " + due.at() + " waits: " + obstacle(at)));
    }

    /** A pause is for people at work on the cluster: what they ask for is done, and nothing else. */
    private static boolean mayOrderByItself(Situation at) {
        return at.evidence().logLive()
                && !at.state().paused()
                && at.state().runningBackup().isEmpty();
    }

    private static Verdict missed(Situation at, DueBackup due, Instant through, int instants, String how) {
        String because = instants + " scheduled " + due.type().label()
                + (instants == 1 ? " backup was" : " backups were") + " due up to " + through + how + obstacle(at);
        return new Verdict.Append(
                new Decision.BackupMissed(at.basis(RuleId.K5, because), due.type(), through, instants));
    }

    private static String obstacle(Situation at) {
        if (at.state().paused()) {
            return "automation is paused";
        }
        return at.state()
                .runningBackup()
                .map(order -> "the backup of " + order.node() + " that decision " + order.ordered()
                        + " ordered is being taken")
                .or(() -> fittest(at).isPresent()
                        ? Optional.of("no coordinator was there, or the cluster was not quiet")
                        : Optional.empty())
                .orElseGet(() -> NodeFitness.refusals(at));
    }

    private static Optional<Verdict> giveUp(Situation at, BackupOrder order) {
        return NodeFitness.gone(at, order.node())
                .map(why -> new Verdict.Append(new Decision.BackupGivenUp(
                        at.basis(RuleId.K3, why + "; its backup of decision " + order.ordered() + " is given up"),
                        order.node(),
                        order.ordered())));
    }

    private static Optional<Verdict> answer(Situation at, Request request) {
        if (request instanceof Request.BackupRequested r) {
            return Optional.of(order(at, r));
        }
        if (request instanceof Request.BackupCancelRequested r) {
            return Optional.of(cancel(at, r));
        }
        return Optional.empty();
    }

    private static Verdict order(Situation at, Request.BackupRequested r) {
        Optional<BackupOrder> running = at.state().runningBackup();
        if (running.isPresent()) {
            return FormingRules.refuse(
                    at,
                    r,
                    "a backup of " + running.get().node() + " is being taken, ordered by decision "
                            + running.get().ordered() + "; wait for it, or cancel it");
        }
        if (!r.type().isPhysical() && lacksFirst(at)) {
            // Else a dump would pass for the backup that every life begins with, and that one would never be taken.
            return FormingRules.refuse(
                    at,
                    r,
                    "incarnation " + at.state().incarnation()
                            + " has no backup yet that recovery can begin with; a full one comes first");
        }
        if (!at.evidence().logLive()) {
            return new Verdict.Stay(RuleId.N1, "the backup waits: which nodes are there is not known");
        }
        Optional<String> refusal = r.from().flatMap(from -> NodeFitness.unfit(at, from));
        if (refusal.isPresent()) {
            return FormingRules.refuse(at, r, refusal.get());
        }
        Optional<NodeId> node = r.from().or(() -> fittest(at));
        if (node.isEmpty()) {
            return FormingRules.refuse(at, r, "no member can take a backup: " + NodeFitness.refusals(at));
        }
        String why = r.origin().actor() + ": " + r.origin().reason() + "; " + node.get() + " "
                + (r.from().isPresent() ? "was named" : merit(at, node.get()));
        return new Verdict.Append(new Decision.BackupOrdered(
                at.basis(RuleId.K1, why, Optional.of(r.id())), node.get(), r.type(), Optional.empty(), r.databases()));
    }

    private static Verdict cancel(Situation at, Request.BackupCancelRequested r) {
        return at.state()
                .runningBackup()
                .<Verdict>map(order -> new Verdict.Append(new Decision.BackupCancelled(
                        at.basis(
                                RuleId.K2,
                                r.origin().actor() + ": " + r.origin().reason(),
                                Optional.of(r.id())),
                        order.node(),
                        order.ordered())))
                .orElseGet(() -> FormingRules.refuse(at, r, "no backup is being taken"));
    }

    /** A standby that streams, for that costs the primary nothing; of several the one that has replayed most. */
    private static Optional<NodeId> fittest(Situation at) {
        return NodeFitness.bestStandby(at)
                .or(() -> at.state()
                        .primary()
                        .map(Grant::node)
                        .filter(primary -> NodeFitness.unfit(at, primary).isEmpty()));
    }

    private static String merit(Situation at, NodeId node) {
        boolean primary = at.state().primary().map(g -> g.node().equals(node)).orElse(false);
        return primary
                ? "is the primary, and no standby can take it: " + NodeFitness.refusals(at)
                : "is the standby that has replayed most";
    }
}
