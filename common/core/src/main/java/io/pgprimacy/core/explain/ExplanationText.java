package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Explanation.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An explanation as text for a terminal or a report. */
public final class ExplanationText {
    private ExplanationText() {}

    public static String of(Explanation e) {
        List<String> lines = new ArrayList<>();
        lines.add("cluster " + e.cluster() + ": " + e.headline());
        e.decision().ifPresent(d -> decision(lines, d, e.basis().orElseThrow()));
        e.asked().ifPresent(r -> request(lines, r));
        e.basis().ifPresent(b -> evidence(lines, b.evidence()));
        candidates(lines, e.candidates());
        steps(lines, e.steps());
        e.loss().ifPresent(l -> loss(lines, l));
        outcome(lines, e.outcome());
        return String.join("\n", lines) + "\n";
    }

    private static void decision(List<String> lines, LogEntry entry, Basis basis) {
        lines.add("  decision " + basis.sequence() + " at offset "
                + entry.record().offset() + " by coordinator " + basis.coordinator() + ", "
                + Instant.ofEpochMilli(entry.record().writtenAtMillis()));
        entry.ignored().ifPresent(why -> lines.add("  IGNORED: " + why));
        lines.add("  because " + basis.because());
        lines.add("  rule " + basis.rule() + ": " + basis.rule().sentence());
    }

    private static void request(List<String> lines, Request request) {
        lines.add("  asked for by " + request.origin().actor() + ": "
                + request.origin().reason() + " (request " + request.id() + ")");
    }

    private static void evidence(List<String> lines, Evidence evidence) {
        lines.add("evidence");
        lines.add("  the log up to offset " + evidence.observedThrough() + ", "
                + (evidence.logLive() ? "live" : "not live") + "; phase "
                + evidence.phaseAge().toMillis()
                + " ms old; " + evidence.suspectClusters().suspect() + " of "
                + evidence.suspectClusters().of() + " clusters suspect");
        for (Map.Entry<io.pgprimacy.core.id.NodeId, Evidence.Heard> heard :
                evidence.heard().entrySet()) {
            lines.add("  " + heard.getKey() + " heard " + heard.getValue().ago().toMillis() + " ms ago"
                    + heard.getValue()
                            .lease()
                            .map(l -> l.wasClaimed()
                                    ? "; claimed the lease of term " + l.term() + " "
                                            + l.ago().toMillis() + " ms ago for "
                                            + l.longest().toMillis() + " ms"
                                    : "; never claimed the lease of term " + l.term() + ", which was revoked "
                                            + l.ago().toMillis() + " ms ago")
                            .orElse(""));
        }
    }

    private static void candidates(List<String> lines, List<Candidate> candidates) {
        if (!candidates.isEmpty()) {
            lines.add("candidates");
        }
        for (Candidate c : candidates) {
            boolean chosen = c.verdict() instanceof Candidate.Verdict.Chosen;
            lines.add("  " + (chosen ? "* " : "  ") + c.node() + " "
                    + c.position().map(Object::toString).orElse("position unknown") + ", priority " + c.priority()
                    + ": " + Sentences.ofVerdict(c.verdict()));
        }
    }

    private static void steps(List<String> lines, List<Step> steps) {
        lines.add("steps");
        for (Step s : steps) {
            lines.add("  %+7d ms  %s%s  %s%s"
                    .formatted(
                            s.sinceFirstMillis(),
                            Instant.ofEpochMilli(s.wallMillis()),
                            s.offset().isPresent() ? "  @" + s.offset().getAsLong() : "",
                            s.sentence(),
                            s.ignored().map(why -> "  [ignored: " + why + "]").orElse("")));
        }
    }

    private static void loss(List<String> lines, Explanation.Loss loss) {
        lines.add("loss");
        if (loss.possibleBytes().isPresent()) {
            long bytes = loss.possibleBytes().getAsLong();
            lines.add(
                    bytes == 0
                            ? "  none known: the new primary held everything up to the last known position"
                            : "  up to " + bytes
                                    + " bytes that the old primary was last known to have and the new one had not");
        } else {
            lines.add("  unknown: no position of an old primary to compare with");
        }
        for (Explanation.Saved s : loss.saved()) {
            lines.add("  saved from " + s.node() + ": " + s.from() + " to " + s.to() + " of timeline " + s.timeline()
                    + ", " + s.bytes() + " bytes, " + s.transactions() + " transactions, in "
                    + Sentences.ofPlaces(s.location(), s.stored(), s.waiting()));
        }
    }

    private static void outcome(List<String> lines, Explanation.Outcome outcome) {
        lines.add("outcome: " + outcome.sentence());
        outcome.interruptedMillis().ifPresent(ms -> lines.add("  writes were interrupted for about " + ms + " ms"));
        outcome.healthyAfterMillis().ifPresent(ms -> lines.add("  healthy again " + ms + " ms after the first step"));
    }
}
