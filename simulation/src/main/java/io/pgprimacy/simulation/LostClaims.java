package io.pgprimacy.simulation;

import io.pgprimacy.core.event.Heartbeat.LeaseClaim;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Leases that were claimed for longer than any claim says which the log still holds: an agent that restarts on purpose claims the long one, once. No
 * decision is missing by that, so nobody who reads the log can know (docs/explanation/safety-argument.md).
 */
final class LostClaims {
    private final Map<NodeId, Long> until = new TreeMap<>();

    /** @param kept what of the log is left; {@code lost}: what came after it */
    void add(List<LogRecord> kept, List<LogRecord> lost) {
        for (LogRecord record : lost) {
            if (record.event() instanceof NodeHeartbeat beat) {
                claim(beat)
                        .filter(c -> c.compareTo(longest(kept, beat)) > 0)
                        .ifPresent(c ->
                                until.merge(beat.node(), record.writtenAtMillis() * World.MS + c.toNanos(), Math::max));
            }
        }
    }

    boolean isHeld(NodeId node, long now) {
        return until.getOrDefault(node, -1L) >= now;
    }

    private static Duration longest(List<LogRecord> kept, NodeHeartbeat beat) {
        return kept.stream()
                .map(LogRecord::event)
                .filter(NodeHeartbeat.class::isInstance)
                .map(NodeHeartbeat.class::cast)
                .filter(b -> b.node().equals(beat.node()) && b.incarnation().equals(beat.incarnation()))
                .flatMap(b -> claim(b).stream())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private static Optional<Duration> claim(NodeHeartbeat beat) {
        return beat.lease().map(LeaseClaim::length);
    }
}
