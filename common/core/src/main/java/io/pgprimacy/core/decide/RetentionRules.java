package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.RetentionOrder;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.DueRetention;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RetentionReport;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Fires when a person wants retention applied, when it is due by the configuration, and when a coordinator has applied it.
 *
 * <p>Evidence: the request; the instant of the schedule that has passed; what the storage service answered.
 *
 * <p>Safe because one is under way at a time, by a policy that keeps at least what the configured one keeps; one instant is ordered once; and whatever
 * goes was marked a grace earlier by an order that is in the log. What a policy keeps, the storage service's planner decides.
 *
 * <p>Otherwise it waits, and an instant that waited for too long is an event.
 */
final class RetentionRules {
    private static final Duration TOO_LATE = Duration.ofHours(6);

    private RetentionRules() {}

    static Verdict decide(Situation at) {
        Optional<RetentionOrder> open = at.state().retention();
        if (open.isPresent()) {
            Optional<Verdict> ended = at.evidence()
                    .retention()
                    .filter(r -> r.ordered() == open.get().ordered())
                    .map(report -> ended(at, report));
            if (ended.isPresent()) {
                return ended.get();
            }
        }
        if (open.isEmpty()) {
            for (Request request : at.state().pending()) {
                if (request instanceof Request.RetentionRequested r) {
                    return order(at, r);
                }
            }
        }
        return at.evidence()
                .dueRetention()
                .map(due -> scheduled(at, due))
                .orElseGet(() -> new Verdict.Stay(RuleId.N0, "no retention is wanted"));
    }

    private static Verdict ended(Situation at, RetentionReport report) {
        return new Verdict.Append(
                switch (report) {
                    case RetentionReport.Applied r ->
                        new Decision.RetentionApplied(
                                at.basis(RuleId.K15, "the storage service has carried it out"),
                                r.ordered(),
                                r.outcome());
                    case RetentionReport.Failed r ->
                        new Decision.RetentionFailed(at.basis(RuleId.K15, r.reason()), r.ordered(), r.reason());
                });
    }

    private static Verdict order(Situation at, Request.RetentionRequested r) {
        Optional<Retention> policy = r.policy();
        if (policy.isEmpty()) {
            return FormingRules.refuse(at, r, "a retention that keeps nothing is never meant");
        }
        Optional<Retention> configured = at.state().config().flatMap(ClusterConfig::retention);
        if (configured.filter(c -> !policy.get().keepsAllThat(c)).isPresent()) {
            return FormingRules.refuse(
                    at,
                    r,
                    "it would let go of what the configured retention keeps ("
                            + configured.get().sentence() + "); change that first, if it is meant");
        }
        String why = r.origin().actor() + ": " + r.origin().reason();
        return new Verdict.Append(new Decision.RetentionOrdered(
                at.basis(RuleId.K12, why, Optional.of(r.id())), policy.get(), Optional.empty()));
    }

    private static Verdict scheduled(Situation at, DueRetention due) {
        Duration late =
                Duration.between(due.at(), Instant.ofEpochMilli(at.evidence().decidedAtMillis()));
        if (late.compareTo(TOO_LATE) > 0) {
            return missed(
                    at,
                    due.at(),
                    due.before() + 1,
                    " and could not be applied within " + TOO_LATE.toHours() + " hours: ");
        }
        if (due.before() > 0) {
            return missed(at, due.at().minusMillis(1), due.before(), ", and the next one is due: ");
        }
        Optional<Retention> policy = at.state().config().flatMap(ClusterConfig::retention);
        boolean may = policy.isPresent()
                && at.evidence().logLive()
                && !at.state().paused()
                && at.state().retention().isEmpty();
        return may
                ? new Verdict.Append(new Decision.RetentionOrdered(
                        at.basis(RuleId.K13, "due at " + due.at() + " by the configuration"),
                        policy.get(),
                        Optional.of(due.at())))
                : new Verdict.Stay(RuleId.N0, "the retention due at " + due.at() + " waits: " + obstacle(at));
    }

    private static Verdict missed(Situation at, Instant through, int instants, String how) {
        String because = instants + (instants == 1 ? " scheduled retention was" : " scheduled retentions were")
                + " due up to " + through + how + obstacle(at);
        return new Verdict.Append(new Decision.RetentionMissed(at.basis(RuleId.K14, because), through, instants));
    }

    private static String obstacle(Situation at) {
        if (at.state().paused()) {
            return "automation is paused";
        }
        return at.state()
                .retention()
                .map(order -> "the one that decision " + order.ordered() + " ordered is under way")
                .orElse("no coordinator was there, or the cluster was not quiet");
    }
}
