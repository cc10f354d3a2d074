package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.cluster.Restoration;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.IneligibleReason;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.WalPosition;
import io.pgprimacy.core.rule.RuleId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Fires while a person has the cluster restored.
 *
 * <p>Evidence: what the restoring node stated about its data; the old primary's stop, or the age of its lease.
 *
 * <p>Safe because every earlier term is revoked before anything is restored, and the node is granted the new one only when S3 A or B says that
 * nobody else accepts writes. That commits are lost is what the person asked for, with the target named.
 *
 * <p>Otherwise it waits; a restore that failed has changed nothing, and the old primary is asked to go on.
 */
final class RestoreRules {
    private RestoreRules() {}

    static Verdict open(Situation at, Request.RestoreRequested r) {
        if (at.state().phase() instanceof Phase.SwitchingOver) {
            return new Verdict.Stay(RuleId.N8, "the restore waits for the end of the switchover");
        }
        Optional<String> refusal = refusal(at, r);
        if (refusal.isPresent()) {
            return FormingRules.refuse(at, r, refusal.get());
        }
        Grant old = at.state().lastGrant().orElseThrow();
        NodeId node = r.node().orElseGet(() -> fittest(at, old));
        return new Verdict.Append(new Decision.RestoreOpened(
                at.basis(
                        RuleId.R1,
                        r.origin().actor() + ": " + r.origin().reason() + "; " + node + " is restored to "
                                + r.goal().target()
                                + OldDataRules.beside(at, node),
                        Optional.of(r.id())),
                at.state().term().next(),
                old.node(),
                Openings.lastKnown(at, old),
                node,
                r.goal()));
    }

    private static Optional<String> refusal(Situation at, Request.RestoreRequested r) {
        Optional<NodeId> stranger =
                r.node().filter(n -> !at.node(n).map(Node::isMember).orElse(false));
        if (stranger.isPresent()) {
            return Optional.of("there is no member " + stranger.get());
        }
        Optional<NodeId> unfit = r.node().filter(n -> !canRestore(at, n));
        if (unfit.isPresent()) {
            return Optional.of(
                    unfit.get()
                            + " is silent, or has no storage configured, or may not become primary, or the primary does not know yet that it is a member");
        }
        return r.node().isEmpty() && at.state().members().stream().noneMatch(n -> canRestore(at, n.id()))
                ? Optional.of("no member is there that has storage configured and may become primary")
                : Optional.empty();
    }

    private static boolean canRestore(Situation at, NodeId id) {
        Node node = at.node(id).orElseThrow();
        return at.wasHeard(id)
                && !at.isSilent(id)
                && !node.isSuspended()
                && node.tags().mayBePrimary()
                && !mayBeLeftOut(at, id)
                && node.joined().flatMap(Fact.NodeJoined::storage).isPresent();
    }

    /** A primary cut off from the log asks only those for promises of whom it has read: its lease may outlast its last claim (S11). */
    private static boolean mayBeLeftOut(Situation at, NodeId id) {
        return at.node(id).flatMap(n -> Ranking.unknownToPrimary(at, n, false)).isPresent();
    }

    /** The old primary, where it can: its directory is kept aside, and holds every commit that the restore takes back. */
    private static NodeId fittest(Situation at, Grant old) {
        return canRestore(at, old.node())
                ? old.node()
                : at.state().members().stream()
                        .map(Node::id)
                        .filter(n -> canRestore(at, n))
                        .findFirst()
                        .orElseThrow();
    }

    static Verdict decide(Situation at, Phase.FailingOver phase, Restoration restoration) {
        NodeId node = restoration.node();
        Grant old = at.state().lastGrant().orElseThrow();
        Optional<Fact.RestoreFailed> failed = at.node(node)
                .flatMap(n -> n.facts().restoreFailed())
                .filter(f -> f.term().equals(phase.term()));
        if (failed.isPresent()) {
            return giveUp(at, old, failed.get());
        }
        Optional<Fact.DataRestored> restored = at.node(node).flatMap(n -> n.restored(phase.term()));
        if (restored.isEmpty()) {
            return new Verdict.Stay(
                    RuleId.N10,
                    at.isSilent(node)
                            ? node + ", which restores, is silent; order the restore on another node, or fail over"
                            : node + " restores its data to "
                                    + restoration.goal().target());
        }
        if (mayBeLeftOut(at, node)) {
            return new Verdict.Stay(
                    RuleId.N6,
                    "old primary " + old.node() + " may extend its lease without the promise of " + node
                            + ", of which it has not read that it is a member (again); stop it, or order the restore on another node");
        }
        return FailoverRules.ground(at, old, phase)
                .map(ground -> choose(at, phase, restored.get(), ground))
                .orElseGet(() -> new Verdict.Stay(
                        RuleId.N6,
                        "old primary " + old.node() + " has not stated that it stopped, and its lease may still run"));
    }

    /** The grant, where it made restored data the cluster's, and the node has not served since. */
    static Optional<Grant> restoring(Situation at, Grant last) {
        boolean restored = at.node(last.node())
                .flatMap(n -> n.facts().restored())
                .filter(r ->
                        at.state().grants().tailMap(r.term()).values().stream().allMatch(last.node()::equals))
                .isPresent();
        boolean served = at.node(last.node())
                .flatMap(n -> n.facts().restored())
                .flatMap(r -> at.node(last.node())
                        .flatMap(Node::promoted)
                        .filter(p -> !p.term().isBefore(r.term())))
                .isPresent();
        return restored && !served ? Optional.of(last) : Optional.empty();
    }

    /** The old primary has everything; another one may lack commits, and nobody has accepted that. */
    private static Verdict giveUp(Situation at, Grant old, Fact.RestoreFailed failed) {
        return new Verdict.Append(new Decision.FailoverOpened(
                at.basis(
                        RuleId.R3,
                        "the restore on " + failed.node() + " failed, so " + old.node()
                                + " is to go on with the data there is: " + failed.reason()),
                at.state().term().next(),
                old.node(),
                Optional.empty(),
                false,
                Optional.of(old.node()),
                false,
                false));
    }

    private static Verdict choose(
            Situation at, Phase.FailingOver phase, Fact.DataRestored restored, FailoverRules.Ground ground) {
        WalPosition position = restored.position();
        List<Candidate> candidates = at.state().members().stream()
                .map(n -> n.id().equals(restored.node())
                        ? new Candidate(
                                n.id(),
                                Optional.of(position),
                                n.tags().failoverPriority(),
                                new Candidate.Verdict.Chosen())
                        : new Candidate(
                                n.id(),
                                n.position(),
                                n.tags().failoverPriority(),
                                new Candidate.Verdict.Ineligible(
                                        new IneligibleReason.NotTheOneAskedFor(restored.node()))))
                .toList();
        OptionalLong loss = phase.lastKnown()
                .map(known -> OptionalLong.of(Math.max(0, known.lsn().minus(position.lsn()))))
                .orElse(OptionalLong.empty());
        return new Verdict.Append(new Decision.PrimaryChosen(
                at.basis(
                        RuleId.R2,
                        restored.node() + " holds what a person asked for, restored from backup " + restored.backup()
                                + " up to " + position + "; " + ground.because()),
                phase.term(),
                restored.node(),
                candidates,
                SyncRules.forNewPrimary(at, restored.node()),
                loss));
    }
}
