package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.cluster.ClusterState;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which configuration somebody has seen: the sequence of the decision that put it in force, as an entity tag (RFC 9110). */
final class ConfigVersion {
    private ConfigVersion() {}

    static String tag(ClusterState state) {
        return "\"" + state.configSequence() + "\"";
    }

    /** @param ifMatch what the caller has seen, or {@code *}; null: whatever there is */
    static void require(ClusterState state, @Nullable String ifMatch) {
        boolean seen = ifMatch == null
                || Stream.of(ifMatch.split(","))
                        .map(String::strip)
                        .anyMatch(tag -> tag.equals("*") || tag.equals(tag(state)));
        if (!seen) {
            throw changed(
                    "the configuration is not the one of " + ifMatch + " any more: " + tag(state) + " is in force");
        }
    }

    static ApiFailure changed(String message) {
        return new ApiFailure(
                ErrorCode.CONFIG_CHANGED,
                message,
                "nothing was changed; read the configuration again, and ask for the change with its ETag");
    }
}
