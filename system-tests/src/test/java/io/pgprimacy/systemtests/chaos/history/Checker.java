package io.pgprimacy.systemtests.chaos.history;

import io.pgprimacy.systemtests.chaos.history.Allowances.SavedWal;
import io.pgprimacy.systemtests.chaos.history.Violation.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Judges a history by what clients sent, were told, and find at the end.
 *
 * <ul>
 *   <li>What was acknowledged is there, once; what was refused is not; what is there, somebody sent.
 *   <li>Every acknowledged append saw a beginning of the list as it is at the end, with everything in it that had been
 *       acknowledged before it began (list-append, as Elle does it for one key).
 *   <li>Nobody acknowledged a write that was sent after a primary of a later timeline had acknowledged one.
 * </ul>
 *
 * In asynchronous mode, elements whose loss the events admit are taken out before histories are compared.
 */
public final class Checker {
    private static final int MOST_OF_A_KIND = 5;

    /**
     * @param lost acknowledged writes that are missing, also where that is allowed
     * @param staleReads plain reads by a primary that had been replaced, within its lease
     */
    public record Judgement(List<Violation> violations, int acknowledged, int unknown, int lost, int staleReads) {
        public Judgement {
            violations = List.copyOf(violations);
        }
    }

    private final List<Op> ops;
    private final Found found;
    private final Allowances allowed;
    private final List<Violation> violations = new ArrayList<>();
    private final Map<Kind, Integer> counts = new TreeMap<>();
    private final Set<Written> admitted = new HashSet<>();
    private int lost;
    private int staleReads;

    private Checker(List<Op> ops, Found found, Allowances allowed) {
        this.ops = ops;
        this.found = found;
        this.allowed = allowed;
    }

    public static Judgement judge(List<Op> ops, Found found, Allowances allowed) {
        Checker checker = new Checker(ops, found, allowed);
        checker.checkPresence();
        checker.checkLists();
        checker.checkTimelines();
        checker.counts.forEach((kind, count) -> {
            if (count > MOST_OF_A_KIND) {
                checker.violations.add(new Violation(kind, "… and " + (count - MOST_OF_A_KIND) + " more of this kind"));
            }
        });
        return new Judgement(
                checker.violations,
                (int) ops.stream()
                        .filter(Op::isAcknowledged)
                        .filter(Op::isWrite)
                        .count(),
                (int) ops.stream()
                        .filter(op -> op.outcome() == Op.Outcome.UNKNOWN)
                        .count(),
                checker.lost,
                checker.staleReads);
    }

    private void violated(Kind kind, String evidence) {
        if (counts.merge(kind, 1, Integer::sum) <= MOST_OF_A_KIND) {
            violations.add(new Violation(kind, evidence));
        }
    }

    private void checkPresence() {
        Map<Written, Integer> there = new HashMap<>();
        found.inserts()
                .forEach((session, values) ->
                        values.forEach(v -> there.merge(new Written(Op.Type.INSERT, session, 0, v), 1, Integer::sum)));
        found.lists()
                .forEach((key, values) -> values.forEach(v -> there.merge(Written.element(key, v), 1, Integer::sum)));
        Set<Written> sent = new HashSet<>();
        for (Op op : ops) {
            if (!op.isWrite()) {
                continue;
            }
            sent.add(op.written());
            int times = there.getOrDefault(op.written(), 0);
            switch (op.outcome()) {
                case ACKNOWLEDGED -> {
                    if (times == 0) {
                        missing(op);
                    }
                }
                case FAILED -> {
                    if (times > 0) {
                        violated(Kind.PHANTOM, "refused, and there: " + op.describe());
                    }
                }
                case UNKNOWN -> {}
            }
        }
        there.forEach((written, times) -> {
            if (!sent.contains(written)) {
                violated(Kind.PHANTOM, "nobody sent " + written);
            }
            if (times > 1) {
                violated(Kind.DUPLICATE, times + " times: " + written);
            }
        });
        if (!allowed.synchronous() && lost > allowed.savedTransactions()) {
            violated(
                    Kind.UNEXPLAINED_LOSS,
                    lost + " acknowledged transactions are missing, and the events admit " + allowed.savedTransactions()
                            + " " + allowed.saved());
        }
    }

    private void missing(Op op) {
        lost++;
        if (allowed.admitsLossOf(op)) {
            admitted.add(op.written());
        } else if (allowed.synchronous()) {
            violated(Kind.LOST_WRITE, op.describe());
        } else {
            List<SavedWal> ranges = allowed.saved();
            violated(Kind.LOST_WRITE, op.describe() + "; in none of the saved ranges " + ranges);
        }
    }

    private void checkLists() {
        Map<Integer, List<Op>> byKey = new TreeMap<>();
        ops.stream()
                .filter(op -> op.type() != Op.Type.INSERT && op.isAcknowledged())
                .forEach(op ->
                        byKey.computeIfAbsent(op.key(), k -> new ArrayList<>()).add(op));
        byKey.forEach(this::checkList);
    }

    private void checkList(int key, List<Op> touching) {
        Map<Integer, Integer> index = new HashMap<>();
        List<Integer> end = found.list(key);
        for (int i = 0; i < end.size(); i++) {
            index.putIfAbsent(end.get(i), i);
        }
        List<Op> appends = touching.stream()
                .filter(Op::isWrite)
                .sorted(Comparator.comparingLong(Op::endNanos))
                .toList();
        for (Op op : touching) {
            if (op.isWrite()) {
                checkPrefix(op, end);
            }
            for (Op before : appends) {
                if (before.endNanos() >= op.startNanos()) {
                    break;
                }
                if (!op.observed().contains(before.value()) && !admitted.contains(before.written())) {
                    notSeen(op, before);
                    break;
                }
            }
        }
    }

    /** Its own commit lies behind what it saw, so once it is acknowledged all of that must last. */
    private void checkPrefix(Op op, List<Integer> end) {
        List<Integer> seen = op.observed().stream()
                .filter(value -> end.contains(value) || !wasLost(op.key(), value))
                .toList();
        if (admitted.contains(op.written())) {
            return;
        }
        if (seen.size() > end.size() || !end.subList(0, seen.size()).equals(seen)) {
            violated(
                    Kind.FORKED_HISTORY,
                    op.describe() + " saw " + tail(op.observed()) + ", but the list is "
                            + tail(end.subList(0, Math.min(end.size(), seen.size() + 1))));
        }
    }

    private boolean wasLost(int key, int value) {
        return admitted.contains(Written.element(key, value));
    }

    private static String tail(List<Integer> list) {
        return list.size() <= 6 ? list.toString() : "…" + list.subList(list.size() - 6, list.size());
    }

    private void notSeen(Op op, Op before) {
        if (op.isWrite()) {
            if (!admitted.contains(op.written())) {
                violated(Kind.STALE_READ, op.describe() + " did not see " + before.describe());
            }
        } else if (isServedWithinLease(op)) {
            staleReads++;
        } else {
            violated(Kind.STALE_READ, op.describe() + " did not see " + before.describe());
        }
    }

    /** A primary that was cut off answers plain reads until its lease ends, also where others have elected another (S3 C). */
    private boolean isServedWithinLease(Op read) {
        if (allowed.justThawed(read)) {
            return true;
        }
        return ops.stream()
                .filter(op -> op.isAcknowledged()
                        && op.position().timeline() > read.position().timeline())
                .mapToLong(Op::endNanos)
                .min()
                .stream()
                .anyMatch(replaced -> read.startNanos() - replaced
                        <= allowed.lease().plus(Allowances.READ_SLACK).toNanos());
    }

    private void checkTimelines() {
        // For each timeline, when a write on it or a later one was first acknowledged.
        TreeMap<Long, Op> firstOn = new TreeMap<>();
        for (Op op : ops) {
            if (op.isWrite() && op.isAcknowledged()) {
                firstOn.merge(op.position().timeline(), op, (a, b) -> a.endNanos() <= b.endNanos() ? a : b);
            }
        }
        for (Op op : ops) {
            if (!op.isWrite() || !op.isAcknowledged()) {
                continue;
            }
            for (Op later : firstOn.tailMap(op.position().timeline(), false).values()) {
                if (op.startNanos() > later.endNanos()) {
                    secondPrimary(op, later);
                    break;
                }
            }
        }
    }

    private void secondPrimary(Op op, Op later) {
        if (!allowed.synchronous() && allowed.justThawed(op)) {
            return;
        }
        violated(Kind.TWO_PRIMARIES, op.describe() + ", sent after " + later.describe());
    }
}
