package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.rule.RuleId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Fires while the data is restored with which a cluster begins.
 *
 * <p>Evidence: what the restoring node stated about its data.
 *
 * <p>Safe because nobody was granted a term in this log, and what the new primary archives lies apart from every earlier life of the cluster (S12).
 *
 * <p>Otherwise it waits; where the restore failed, or a person takes the node away, there is no cluster, and it can be asked for again.
 */
final class FoundingRules {
    private FoundingRules() {}

    static Verdict decide(Situation at, Phase.Founding phase) {
        Optional<Fact.DataRestored> restored = at.node(phase.node()).flatMap(n -> n.restored(phase.term()));
        if (restored.isPresent()) {
            return choose(at, phase, restored.get());
        }
        Optional<Fact.RestoreFailed> failed = at.node(phase.node())
                .flatMap(n -> n.facts().restoreFailed())
                .filter(f -> f.term().equals(phase.term()));
        if (failed.isPresent()) {
            return giveUp(
                    at,
                    phase,
                    phase.node() + " could not restore " + phase.data() + ": "
                            + failed.get().reason(),
                    Optional.empty());
        }
        return at.state().pending().stream()
                .findFirst()
                .map(request -> answer(at, phase, request))
                .orElseGet(() -> new Verdict.Stay(
                        RuleId.N10,
                        at.isSilent(phase.node())
                                ? phase.node()
                                        + ", which restores the cluster's data, is silent; remove it to give this up"
                                : phase.node() + " restores " + phase.data()));
    }

    private static Verdict choose(Situation at, Phase.Founding phase, Fact.DataRestored restored) {
        List<Candidate> candidates = at.node(phase.node()).stream()
                .map(n -> new Candidate(
                        n.id(),
                        Optional.of(restored.position()),
                        n.tags().failoverPriority(),
                        new Candidate.Verdict.Chosen()))
                .toList();
        return new Verdict.Append(new Decision.PrimaryChosen(
                at.basis(
                        RuleId.C2,
                        phase.node() + " holds " + phase.data() + ", restored from backup " + restored.backup()
                                + " up to " + restored.copied().orElse(restored.position())),
                phase.term(),
                phase.node(),
                candidates,
                SyncStandbys.NONE,
                OptionalLong.empty()));
    }

    private static Verdict answer(Situation at, Phase.Founding phase, Request request) {
        return request instanceof Request.MemberRemovalRequested r && r.node().equals(phase.node())
                ? giveUp(
                        at,
                        phase,
                        r.origin().actor() + ": " + r.origin().reason() + "; " + phase.node() + " no longer restores "
                                + phase.data(),
                        Optional.of(r.id()))
                : FormingRules.refuse(
                        at,
                        request,
                        "the cluster is being restored on " + phase.node()
                                + "; wait for the end of that, or remove that node to give it up");
    }

    private static Verdict giveUp(Situation at, Phase.Founding phase, String because, Optional<String> answers) {
        return new Verdict.Append(
                new Decision.CreationGivenUp(at.basis(RuleId.C3, because, answers), phase.term(), phase.node()));
    }
}
