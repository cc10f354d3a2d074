package io.pgprimacy.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Simulated real time and the queue of what happens next. One thread, one seed: nothing else decides what comes first.
 *
 * <p>Times are nanoseconds since the start of the simulation.
 */
final class World {
    static final long MS = 1_000_000L;
    static final long SECOND = 1000 * MS;

    private final PriorityQueue<Event> queue = new PriorityQueue<>(1024);
    private final SplittableRandom random;
    private final boolean tracing;
    private final List<String> trace = new ArrayList<>();
    private long now;
    private long scheduled;

    private record Event(long at, long order, Runnable body) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    World(long seed, boolean tracing) {
        this.random = new SplittableRandom(seed);
        this.tracing = tracing;
    }

    long now() {
        return now;
    }

    void after(long nanos, Runnable body) {
        queue.add(new Event(now + Math.max(0, nanos), scheduled++, body));
    }

    /** Runs what is next; false when nothing is left. */
    boolean step() {
        Event next = queue.poll();
        if (next == null) {
            return false;
        }
        now = next.at();
        next.body().run();
        return true;
    }

    /** A number of nanoseconds between the two, which are milliseconds. */
    long msBetween(double low, double high) {
        return (long) ((low + random.nextDouble() * (high - low)) * MS);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    int pick(int bound) {
        return random.nextInt(bound);
    }

    double fraction() {
        return random.nextDouble();
    }

    void trace(String who, Supplier<String> what) {
        if (tracing) {
            trace.add("%10.4f  %-6s %s".formatted(now / (double) SECOND, who, what.get()));
        }
    }

    /** How many events there have been. */
    long scheduled() {
        return scheduled;
    }

    boolean isTracing() {
        return tracing;
    }

    List<String> traced() {
        return trace;
    }
}
