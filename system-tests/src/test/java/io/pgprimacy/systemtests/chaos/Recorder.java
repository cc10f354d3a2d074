package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.systemtests.chaos.history.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** Keeps what clients did, by the round in which each operation began. */
final class Recorder {
    private final SortedMap<Integer, List<Op>> rounds = new TreeMap<>();
    private final SortedMap<Integer, Integer> inFlight = new TreeMap<>();
    private int round;
    private long acknowledgedWrites;
    private Optional<String> lastAcknowledging = Optional.empty();

    /** Where operations belong that begin from now on. */
    synchronized void begin(int number) {
        round = number;
    }

    /** Says to which round the operation belongs that begins now; {@link #end} must follow. */
    synchronized int enter() {
        inFlight.merge(round, 1, Integer::sum);
        return round;
    }

    synchronized void end(int number, Optional<Op> op) {
        inFlight.merge(number, -1, Integer::sum);
        op.ifPresent(o -> {
            rounds.computeIfAbsent(number, n -> new ArrayList<>()).add(o);
            if (o.isWrite() && o.isAcknowledged()) {
                lastAcknowledging = Optional.of(o.node());
                acknowledgedWrites++;
            }
        });
        notifyAll();
    }

    /** What began in that round and before has ended when this returns. */
    synchronized void awaitEnded(int upTo) throws InterruptedException {
        while (inFlight.headMap(upTo + 1).values().stream().anyMatch(count -> count > 0)) {
            wait();
        }
    }

    synchronized List<Op> ops(int number) {
        return List.copyOf(rounds.getOrDefault(number, List.of()));
    }

    /** Of a round that has been judged: what its transactions saw of lists would fill the memory within an hour. */
    synchronized void forgetLists(int number) {
        rounds.computeIfPresent(
                number,
                (n, ops) -> new ArrayList<>(
                        ops.stream().filter(op -> op.type() == Op.Type.INSERT).toList()));
    }

    synchronized long acknowledgedWrites() {
        return acknowledgedWrites;
    }

    /** Whether something that one of those sessions sent after that moment has been acknowledged. */
    synchronized boolean hasAcknowledgedSince(long nanos, IntPredicate session) {
        return ops(round).stream()
                .anyMatch(op ->
                        op.isWrite() && op.isAcknowledged() && op.startNanos() > nanos && session.test(op.session()));
    }

    /** The node that acknowledged the last write: what a client takes for the primary. */
    synchronized Optional<String> lastAcknowledging() {
        return lastAcknowledging;
    }
}
