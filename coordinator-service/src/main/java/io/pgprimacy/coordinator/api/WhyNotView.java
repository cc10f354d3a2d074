package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.decide.Outlook;
import io.pgprimacy.core.event.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why this node would not become primary if the present one died now.
 *
 * @param wouldBeChosen true where it would
 * @param reasons sentences; empty where it would be chosen and nothing holds a failover back
 */
record WhyNotView(
        String cluster,
        String node,
        boolean wouldBeChosen,
        String sentence,
        List<String> reasons,
        @Nullable CandidateView candidate) {

    static WhyNotView of(String cluster, Node node, Outlook outlook) {
        Optional<Candidate> candidate = outlook.candidate(node.id());
        boolean chosen = outlook.wouldBeChosen().equals(Optional.of(node.id()));
        List<String> reasons = new ArrayList<>();
        if (candidate.isEmpty()) {
            reasons.add(
                    node.isMember()
                            ? node.id() + " cannot be judged yet"
                            : node.id() + " is no member, but "
                                    + node.membership().name().toLowerCase(Locale.ROOT));
        } else if (!chosen) {
            reasons.add(node.id() + " " + CandidateView.of(candidate.get()).sentence());
        }
        reasons.addAll(outlook.heldBackBy());
        String sentence = chosen
                ? node.id() + " would become primary" + (reasons.isEmpty() ? "" : ", but " + String.join("; ", reasons))
                : String.join("; ", reasons);
        return new WhyNotView(
                cluster,
                node.id().value(),
                chosen,
                sentence,
                reasons,
                candidate.map(CandidateView::of).orElse(null));
    }
}
