package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.decide.Outlook;
import io.pgprimacy.core.id.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would happen if the primary died now, as far as heartbeats tell.
 *
 * @param wouldBeChosen null where nobody could take over
 * @param heldBackBy why nothing would happen by itself
 */
record OutlookView(
        String cluster,
        @Nullable String primary,
        @Nullable String wouldBeChosen,
        List<String> heldBackBy,
        List<CandidateView> candidates) {

    static OutlookView of(String cluster, Outlook outlook) {
        return new OutlookView(
                cluster,
                outlook.primary().map(NodeId::value).orElse(null),
                outlook.wouldBeChosen().map(NodeId::value).orElse(null),
                outlook.heldBackBy(),
                outlook.candidates().stream().map(CandidateView::of).toList());
    }
}
