package io.pgprimacy.systemtests.chaos.net;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What happens to packets on their way from some endpoints to others. Several may hold at once: a packet must survive each of
 * them, and their delays add up.
 *
 * @param loss share of the packets that do not arrive; 1 is a cut
 */
public record Disturbance(Set<String> from, Set<String> to, double loss, Duration delay) {
    public Disturbance {
        from = Set.copyOf(from);
        to = Set.copyOf(to);
    }

    public static Disturbance cut(Set<String> from, Set<String> to) {
        return new Disturbance(from, to, 1, Duration.ZERO);
    }

    public static Disturbance lossy(Set<String> from, Set<String> to, double loss) {
        return new Disturbance(from, to, loss, Duration.ZERO);
    }

    public static Disturbance slow(Set<String> from, Set<String> to, Duration delay) {
        return new Disturbance(from, to, 0, delay);
    }

    /** The same in both directions. */
    public List<Disturbance> bothWays() {
        return List.of(this, new Disturbance(to, from, loss, delay));
    }
}
