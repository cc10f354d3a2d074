package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.systemtests.chaos.RoundOutcome.Done;
import io.pgprimacy.systemtests.chaos.history.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A primary that was cut off, as its clients saw it.
 *
 * @param lastAcknowledged after the cut, by the isolated primary itself; its observer is never cut off
 * @param firstElsewhere after the cut, by another node; empty when the cut was too short for one
 */
record Isolation(String node, Duration lastAcknowledged, Optional<Duration> firstElsewhere) {

    static List<Isolation> among(List<Done> done, List<Op> ops) {
        List<Isolation> found = new ArrayList<>();
        for (Done each : done) {
            if (each.fault().kind() == FaultKind.ISOLATE_HOST) {
                of(each, ops).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<Isolation> of(Done cut, List<Op> ops) {
        String node = cut.whom().getFirst();
        long from = cut.from().toNanos();
        long to = cut.to().toNanos();
        List<Op> acknowledged =
                ops.stream().filter(op -> op.isWrite() && op.isAcknowledged()).toList();
        boolean wasPrimary = acknowledged.stream()
                .filter(op -> op.endNanos() <= from)
                .max(Comparator.comparingLong(Op::endNanos))
                .filter(op -> op.node().equals(node))
                .isPresent();
        if (!wasPrimary) {
            return Optional.empty();
        }
        long last = acknowledged.stream()
                .filter(op -> op.node().equals(node) && op.endNanos() > from && op.endNanos() <= to)
                .mapToLong(Op::endNanos)
                .max()
                .orElse(from);
        Optional<Duration> elsewhere = acknowledged.stream()
                .filter(op -> !op.node().equals(node) && op.endNanos() > from)
                .map(op -> Duration.ofNanos(op.endNanos() - from))
                .min(Duration::compareTo);
        return Optional.of(new Isolation(node, Duration.ofNanos(last - from), elsewhere));
    }
}
