package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.explain.Sentences;
import io.pgprimacy.core.postgres.WalPosition;
import org.jspecify.annotations.Nullable;

/**
 * @param verdict chosen, outranked or ineligible
 * @param reason of an ineligible one, a stable word such as {@code Lags}
 * @param sentence to be read after the name: "lacks 512 bytes of WAL that c has"
 */
record CandidateView(
        String node,
        String verdict,
        @Nullable String reason,
        String sentence,
        @Nullable Long timeline,
        @Nullable String lsn,
        int priority) {

    static CandidateView of(Candidate c) {
        return new CandidateView(
                c.node().value(),
                switch (c.verdict()) {
                    case Candidate.Verdict.Chosen v -> "chosen";
                    case Candidate.Verdict.Outranked v -> "outranked";
                    case Candidate.Verdict.Ineligible v -> "ineligible";
                },
                c.verdict() instanceof Candidate.Verdict.Ineligible i
                        ? i.reason().getClass().getSimpleName()
                        : null,
                Sentences.ofVerdict(c.verdict()),
                c.position().map(p -> p.timeline().value()).orElse(null),
                c.position().map(WalPosition::lsn).map(Object::toString).orElse(null),
                c.priority());
    }
}
