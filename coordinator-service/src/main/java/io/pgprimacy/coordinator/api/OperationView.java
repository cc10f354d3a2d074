package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Operation;
import io.pgprimacy.core.explain.Sentences;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How far a request has come.
 *
 * @param kind what was asked for, such as {@code switchover} or {@code config-change}
 * @param type the same as the request is called in the log: {@code SwitchoverRequested}
 * @param operation its own address
 * @param nodes that the request names, and those that the decisions name that answer it
 * @param state PENDING, RUNNING, SUCCEEDED, REFUSED or FAILED; the last three are final
 * @param phase one word for where it is: {@code waiting} before a decision has answered it, {@code ended} once its state is final
 * @param message the same as a sentence, or what came of it
 * @param progress null where nothing is counted
 * @param requestedAt by the writers' clocks, as the other times
 * @param beganAt when the first decision answered it; null before that
 * @param endedAt null until its state is final
 * @param steps what has happened, oldest first; empty in a list
 */
record OperationView(
        String id,
        String cluster,
        String kind,
        String type,
        String operation,
        String actor,
        String reason,
        List<String> nodes,
        String state,
        String phase,
        String message,
        @Nullable ProgressView progress,
        String requestedAt,
        @Nullable String beganAt,
        @Nullable String endedAt,
        List<ExplanationView.StepView> steps)
        implements Answer {

    /**
     * @param ofBytes null where nobody knows beforehand how many there are
     * @param percent of that
     * @param leftSeconds at the rate so far; null where that cannot be said
     */
    record ProgressView(
            long bytes,
            @Nullable Long ofBytes,
            @Nullable Integer percent,
            long tookSeconds,
            @Nullable Long leftSeconds) {
        static ProgressView of(Operation.Amount amount) {
            Long all = amount.of().isPresent() ? (Long) amount.of().getAsLong() : null;
            return new ProgressView(
                    amount.bytes(),
                    all,
                    all == null || all == 0 ? null : (int) Math.min(100, amount.bytes() * 100.0 / all),
                    amount.took().toSeconds(),
                    amount.left().map(Duration::toSeconds).orElse(null));
        }
    }

    static OperationView of(ClusterId cluster, Operation o) {
        return new OperationView(
                o.request().id(),
                cluster.value(),
                kindOf(o.request().getClass()),
                Sentences.nameOf(o.request()),
                address(cluster, o.request().id()),
                o.request().origin().actor(),
                o.request().origin().reason(),
                o.nodes().stream().map(NodeId::value).toList(),
                o.state().name(),
                o.phase(),
                o.message(),
                o.amount().map(ProgressView::of).orElse(null),
                Instant.ofEpochMilli(o.asked().record().writtenAtMillis()).toString(),
                time(o.beganMillis()),
                time(o.endedMillis()),
                o.steps().stream().map(ExplanationView.StepView::of).toList());
    }

    static String address(ClusterId cluster, String id) {
        return "/api/v1/clusters/" + cluster + "/operations/" + id;
    }

    /** {@code ConfigChangeRequested} is a {@code config-change}. */
    static String kindOf(Class<? extends Request> type) {
        return type.getSimpleName()
                .replaceAll("Requested$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }

    private static @Nullable String time(OptionalLong millis) {
        return millis.isPresent() ? Instant.ofEpochMilli(millis.getAsLong()).toString() : null;
    }
}
