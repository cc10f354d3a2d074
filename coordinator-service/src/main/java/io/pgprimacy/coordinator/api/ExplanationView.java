package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.explain.Explanation;
import io.pgprimacy.core.explain.ExplanationText;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.explain.Sentences;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Why something happened, how, and what came of it.
 *
 * @param headline the decision as a sentence
 * @param decision null while no decision has answered the request
 * @param request null where nobody asked for it
 * @param loss null where the decision moved no primary
 * @param text all of it for a terminal
 */
record ExplanationView(
        String cluster,
        String headline,
        @Nullable DecisionView decision,
        @Nullable AskedView request,
        List<CandidateView> candidates,
        List<StepView> steps,
        @Nullable LossView loss,
        OutcomeView outcome,
        String text) {

    record DecisionView(
            long sequence,
            long offset,
            String id,
            String time,
            String type,
            String coordinator,
            String rule,
            String ruleSentence,
            String because,
            @Nullable String ignored,
            EvidenceView evidence) {}

    /** Ages are by the deciding coordinator's monotonic clock. */
    record EvidenceView(
            long observedThrough,
            String decidedAt,
            boolean logLive,
            long phaseAgeMillis,
            List<HeardView> heard,
            long syncShortForMillis,
            int suspectClusters,
            int ofClusters) {}

    record HeardView(String node, long agoMillis, @Nullable LeaseView lease) {}

    record LeaseView(long term, long agoMillis, long longestMillis) {}

    record AskedView(String id, String type, String actor, String reason) {}

    /** @param offset null for what no record says by itself: when the old primary was last heard */
    record StepView(
            @Nullable Long offset,
            String time,
            long millis,
            String type,
            String sentence,
            @Nullable String ignored) {
        static StepView of(Explanation.Step s) {
            return new StepView(
                    number(s.offset()),
                    Instant.ofEpochMilli(s.wallMillis()).toString(),
                    s.sinceFirstMillis(),
                    s.name(),
                    s.sentence(),
                    s.ignored().orElse(null));
        }
    }

    /** @param possibleBytes null where there was no position to compare with */
    record LossView(@Nullable Long possibleBytes, List<SavedView> saved) {}

    /**
     * @param location on the node's own disk
     * @param stored where in the repository; null where it is not
     * @param waiting why it is not there yet
     */
    record SavedView(
            String node,
            long timeline,
            String from,
            String to,
            long bytes,
            long transactions,
            String location,
            @Nullable String stored,
            @Nullable String waiting) {}

    /** @param state HEALTHY, DEGRADED, UNDER_WAY, GIVEN_UP, REPLACED, DONE or IGNORED */
    record OutcomeView(
            String state,
            String sentence,
            @Nullable Long interruptedMillis,
            @Nullable Long healthyAfterMillis) {}

    static ExplanationView of(Explanation e) {
        return new ExplanationView(
                e.cluster().value(),
                e.headline(),
                e.decision().map(d -> decision(d, e.basis().orElseThrow())).orElse(null),
                e.asked()
                        .map(r -> new AskedView(
                                r.id(),
                                Sentences.nameOf(r),
                                r.origin().actor(),
                                r.origin().reason()))
                        .orElse(null),
                e.candidates().stream().map(CandidateView::of).toList(),
                e.steps().stream().map(StepView::of).toList(),
                e.loss().map(ExplanationView::loss).orElse(null),
                new OutcomeView(
                        e.outcome().state().name(),
                        e.outcome().sentence(),
                        number(e.outcome().interruptedMillis()),
                        number(e.outcome().healthyAfterMillis())),
                ExplanationText.of(e));
    }

    private static DecisionView decision(LogEntry entry, Basis basis) {
        return new DecisionView(
                basis.sequence(),
                entry.record().offset(),
                entry.record().id(),
                Instant.ofEpochMilli(entry.record().writtenAtMillis()).toString(),
                Sentences.nameOf(entry.record().event()),
                basis.coordinator(),
                basis.rule().name(),
                basis.rule().sentence(),
                basis.because(),
                entry.ignored().orElse(null),
                evidence(basis.evidence()));
    }

    private static EvidenceView evidence(Evidence e) {
        return new EvidenceView(
                e.observedThrough(),
                Instant.ofEpochMilli(e.decidedAtMillis()).toString(),
                e.logLive(),
                e.phaseAge().toMillis(),
                e.heard().entrySet().stream()
                        .map(h -> new HeardView(
                                h.getKey().value(),
                                h.getValue().ago().toMillis(),
                                h.getValue()
                                        .lease()
                                        .map(l -> new LeaseView(
                                                l.term().value(),
                                                l.ago().toMillis(),
                                                l.longest().toMillis()))
                                        .orElse(null)))
                        .toList(),
                e.syncShortFor().toMillis(),
                e.suspectClusters().suspect(),
                e.suspectClusters().of());
    }

    private static LossView loss(Explanation.Loss loss) {
        return new LossView(
                number(loss.possibleBytes()),
                loss.saved().stream()
                        .map(s -> new SavedView(
                                s.node().value(),
                                s.timeline().value(),
                                s.from().toString(),
                                s.to().toString(),
                                s.bytes(),
                                s.transactions(),
                                s.location(),
                                s.stored().orElse(null),
                                s.waiting().orElse(null)))
                        .toList());
    }

    private static @Nullable Long number(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
