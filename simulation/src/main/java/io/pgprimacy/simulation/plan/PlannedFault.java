package io.pgprimacy.simulation.plan;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One line of a plan.
 *
 * @param at after the beginning of its round
 * @param lasts until it is undone
 * @param whom roles ({@code primary}, {@code standby-1}, ..., as they are when the fault happens), names, or {@code all}
 * @param amount what the kind says of it: ms, percent, writes per second, seconds; 0 where it says nothing
 */
public record PlannedFault(Duration at, Duration lasts, FaultKind kind, List<String> whom, int amount) {
    public static final String ALL = "all";
    public static final String PRIMARY = "primary";

    public PlannedFault {
        whom = List.copyOf(whom);
    }

    public Duration end() {
        return at.plus(lasts);
    }

    /** As {@link PlanText} reads it. */
    @Override
    public String toString() {
        String text = "+%s for %s %s".formatted(seconds(at), seconds(lasts), kind.label());
        text += whom.stream().map(w -> " " + w).collect(Collectors.joining());
        return amount == 0 ? text : text + " " + amount;
    }

    static String seconds(Duration duration) {
        return "%.1fs".formatted(duration.toMillis() / 1e3);
    }
}
