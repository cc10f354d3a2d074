package io.pgprimacy.coordinator.api;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What comes of asking for something. */
@Schema(oneOf = {OperationView.class, Answer.Foreseen.class})
sealed interface Answer permits OperationView, Answer.Foreseen {

    /**
     * What would be decided now. Nothing has been appended, and a moment later it may be another.
     *
     * @param outcome granted, refused or waits
     * @param rule that decides
     * @param sentence the decision as the audit trail would have it; null where it would be none yet
     */
    record Foreseen(
            String cluster,
            String type,
            String outcome,
            String rule,
            @Nullable String sentence,
            String because) implements Answer {}
}
