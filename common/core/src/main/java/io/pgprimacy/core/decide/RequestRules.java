package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Membership;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.rule.RuleId;
import java.util.Optional;

/**
 * Fires when a person has asked for something.
 *
 * <p>Evidence: the request, and the state of the cluster when it is looked at.
 *
 * <p>Safe because a request only opens what the other rules then carry out under their own conditions; what cannot be carried
 * out is refused before anything has changed, and the refusal is an event.
 *
 * <p>Otherwise it waits for the phase to end.
 */
final class RequestRules {
    private RequestRules() {}

    static Verdict decide(Situation at) {
        for (Request request : at.state().pending()) {
            Verdict verdict = answer(at, request);
            if (verdict instanceof Verdict.Append) {
                return verdict;
            }
        }
        return new Verdict.Stay(RuleId.N0, "no request is open");
    }

    private static Verdict answer(Situation at, Request request) {
        Optional<String> id = Optional.of(request.id());
        String who = request.origin().actor() + ": " + request.origin().reason();
        return switch (request) {
            case Request.ClusterCreationRequested r -> FormingRules.refuse(at, r, "the cluster exists already");
            case Request.SwitchoverRequested r -> switchover(at, r);
            case Request.FailoverRequested r -> failover(at, r);
            case Request.MaintenanceRequested r ->
                new Verdict.Append(new Decision.MaintenanceChanged(at.basis(RuleId.A1, who, id), r.paused()));
            case Request.ConfigChangeRequested r ->
                madeFromAnother(at, r)
                        .orElseGet(() -> new Verdict.Append(
                                new Decision.ConfigChanged(at.basis(RuleId.A2, who, id), r.config())));
            case Request.AutomationResetRequested r ->
                new Verdict.Append(new Decision.AutomationReset(at.basis(RuleId.A4, who, id)));
            case Request.RebuildRequested r ->
                notForThePrimary(at, r, r.node())
                        .orElseGet(() -> new Verdict.Append(
                                new Decision.RebuildOrdered(at.basis(RuleId.A3, who, id), r.node())));
            case Request.RestartRequested r ->
                notForThePrimary(at, r, r.node())
                        .or(() -> notDuringWork(at, r))
                        .orElseGet(() -> new Verdict.Append(
                                new Decision.RestartOrdered(at.basis(RuleId.A6, who, id), r.node())));
            case Request.ReloadRequested r ->
                notForAStranger(at, r, r.node())
                        .orElseGet(() ->
                                new Verdict.Append(new Decision.ReloadOrdered(at.basis(RuleId.A7, who, id), r.node())));
            case Request.RestoreRequested r -> RestoreRules.open(at, r);
            case Request.RestoreConfirmRequested r -> OldDataRules.confirm(at, r);
            case Request.MemberRemovalRequested r ->
                notForThePrimary(at, r, r.node())
                        .orElseGet(() ->
                                new Verdict.Append(new Decision.MemberRemoved(at.basis(RuleId.M3, who, id), r.node())));
            case Request.MemberAdmissionRequested r -> admission(at, r, who);
            case Request.BackupRequested r -> new Verdict.Stay(RuleId.N0, "a backup comes after everything else");
            case Request.BackupCancelRequested r -> new Verdict.Stay(RuleId.N0, "a backup comes after everything else");
            case Request.DrillRequested r -> new Verdict.Stay(RuleId.N0, "a drill comes after everything else");
            case Request.DrillCancelRequested r -> new Verdict.Stay(RuleId.N0, "a drill comes after everything else");
            case Request.RetentionRequested r -> new Verdict.Stay(RuleId.N0, "retention comes after everything else");
            case Request.OfRepository r -> new Verdict.Stay(RuleId.N0, "it is no matter of the cluster");
        };
    }

    /** It holds the settings that it leaves alone, too: as they were when it was made. */
    private static Optional<Verdict> madeFromAnother(Situation at, Request.ConfigChangeRequested r) {
        long inForce = at.state().configSequence();
        return r.over().isEmpty() || r.over().getAsLong() == inForce
                ? Optional.empty()
                : Optional.of(FormingRules.refuse(
                        at,
                        r,
                        "it was made from the configuration of decision "
                                + r.over().getAsLong() + ", and that of decision " + inForce
                                + " is in force; nothing was changed, ask again"));
    }

    private static Optional<Verdict> notForAStranger(Situation at, Request request, NodeId node) {
        return at.node(node).map(Node::isMember).orElse(false)
                ? Optional.empty()
                : Optional.of(FormingRules.refuse(at, request, "there is no member " + node));
    }

    private static Optional<Verdict> notForThePrimary(Situation at, Request request, NodeId node) {
        Optional<Verdict> stranger = notForAStranger(at, request, node);
        if (stranger.isPresent()) {
            return stranger;
        }
        if (at.state().lastGrant().map(g -> g.node().equals(node)).orElse(false)) {
            return Optional.of(FormingRules.refuse(at, request, node + " is the primary; switch over first"));
        }
        if (at.state().phase() instanceof Phase.FailingOver f
                && f.restoration().filter(r -> r.node().equals(node)).isPresent()) {
            return Optional.of(FormingRules.refuse(
                    at,
                    request,
                    node + " restores the cluster's data; fail over to give that up, or wait for its end"));
        }
        if (at.state().phase() instanceof Phase.SwitchingOver s && s.to().equals(node)) {
            return Optional.of(FormingRules.refuse(
                    at, request, node + " takes over from " + s.from() + "; ask again when the switchover has ended"));
        }
        return Optional.empty();
    }

    /** A backup is read from the PostgreSQL that would be stopped. */
    private static Optional<Verdict> notDuringWork(Situation at, Request.RestartRequested r) {
        return at.state()
                .runningBackup()
                .filter(order -> order.node().equals(r.node()))
                .map(order -> FormingRules.refuse(
                        at, r, "a backup is taken of " + r.node() + "; ask again when it has ended, or cancel it"));
    }

    private static Verdict admission(Situation at, Request.MemberAdmissionRequested r, String who) {
        Optional<Node> outside = at.node(r.node())
                .filter(n -> n.membership() == Membership.REMOVED || n.membership() == Membership.REFUSED);
        if (outside.isEmpty()) {
            return FormingRules.refuse(at, r, r.node() + " is not a node that was removed or refused");
        }
        return outside.get()
                .joined()
                .flatMap(joined -> MembershipRules.refusal(at, joined))
                .map(reason -> FormingRules.refuse(at, r, r.node() + " cannot be a member: " + reason))
                .orElseGet(() -> new Verdict.Append(
                        new Decision.MemberAdmitted(at.basis(RuleId.M4, who, Optional.of(r.id())), r.node())));
    }

    private static Verdict switchover(Situation at, Request.SwitchoverRequested r) {
        ClusterState state = at.state();
        if (!(state.phase() instanceof Phase.Serving)) {
            return FormingRules.refuse(at, r, "another change of primary is under way");
        }
        Grant grant = state.primary().orElseThrow();
        NodeId from = grant.node();
        // Where automation would replace it, this is not reached: it is paused or halted, and would stay so for ever.
        if (at.node(from).map(n -> n.hasStoppedAsPrimaryOf(grant.term())).orElse(false)) {
            return FormingRules.refuse(
                    at, r, "primary " + from + " of term " + grant.term() + " has stopped; fail over by hand");
        }
        if (!state.isPromotionConfirmed() || !at.evidence().logLive()) {
            return new Verdict.Stay(RuleId.N7, "the switchover waits until the present primary has settled");
        }
        Ranking ranking = Ranking.byHeartbeat(at, r.to());
        Optional<NodeId> to = ranking.best().map(Candidate::node);
        if (to.isEmpty()) {
            return FormingRules.refuse(at, r, "no standby can take over: " + ranking.refusals());
        }
        return new Verdict.Append(new Decision.SwitchoverStarted(
                at.basis(
                        RuleId.W1,
                        r.origin().actor() + ": " + r.origin().reason() + "; " + from + " hands over to " + to.get(),
                        Optional.of(r.id())),
                state.term().next(),
                from,
                to.get()));
    }

    private static Verdict failover(Situation at, Request.FailoverRequested r) {
        ClusterState state = at.state();
        if (state.phase() instanceof Phase.SwitchingOver) {
            return new Verdict.Stay(RuleId.N8, "the failover waits for the end of the switchover");
        }
        return refusal(at, r)
                .map(reason -> FormingRules.refuse(at, r, reason))
                .orElseGet(() -> Openings.open(
                        at, RuleId.F5, r.origin().actor() + ": " + r.origin().reason(), Optional.of(r)));
    }

    private static Optional<String> refusal(Situation at, Request.FailoverRequested r) {
        Optional<NodeId> stranger =
                r.to().filter(to -> !at.node(to).map(Node::isMember).orElse(false));
        if (stranger.isPresent()) {
            return Optional.of("there is no member " + stranger.get());
        }
        boolean serving = at.state().phase() instanceof Phase.Serving;
        NodeId old = at.state().lastGrant().orElseThrow().node();
        boolean heard = at.wasHeard(old) && !at.isSilent(old);
        if (serving && heard && r.to().equals(Optional.of(old)) && at.state().isPromotionConfirmed()) {
            return Optional.of(old + " is the primary already");
        }
        if (heard && r.oldPrimaryIsDown()) {
            return Optional.of(
                    old + " is not down: it was heard " + at.silence(old).toMillis() + " ms ago");
        }
        Ranking ranking =
                heard ? Ranking.byHeartbeat(at, r.to()) : Ranking.withoutItsWord(at, r.to(), r.oldPrimaryIsDown());
        return serving && !r.allowDataLoss() && ranking.best().isEmpty()
                ? Optional.of("no standby can take over: " + ranking.refusals())
                : Optional.empty();
    }
}
