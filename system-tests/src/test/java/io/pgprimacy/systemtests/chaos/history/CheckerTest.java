package io.pgprimacy.systemtests.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.chaos.history.Allowances.SavedWal;
import io.pgprimacy.systemtests.chaos.history.Allowances.Thaw;
import io.pgprimacy.systemtests.chaos.history.Op.Outcome;
import io.pgprimacy.systemtests.chaos.history.Op.Position;
import io.pgprimacy.systemtests.chaos.history.Violation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** For every promise a history that keeps it and one that breaks it: a checker that cannot fail shows nothing. */
class CheckerTest {
    private static final int KEY = 7;
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Allowances SYNCHRONOUS = new Allowances(true, LEASE, List.of(), List.of());

    private final List<Op> ops = new ArrayList<>();
    private final TreeMap<Integer, List<Integer>> inserts = new TreeMap<>();
    private final TreeMap<Integer, List<Integer>> lists = new TreeMap<>();

    @Test
    void aHistoryWithoutFaultIsAccepted() {
        insert(1, 0, "a", 1);
        insert(2, 10, "a", 1);
        append(100, 20, "a", 1, 100);
        append(200, 30, "a", 1, 100, 200);
        read(40, "a", 1, 100, 200);
        found(1, 2);
        list(100, 200);

        assertAccepted(SYNCHRONOUS);
    }

    @Test
    void aLostInsertIsFound() {
        insert(1, 0, "a", 1);
        insert(2, 10, "a", 1);
        found(1);

        assertViolated(SYNCHRONOUS, Kind.LOST_WRITE);
    }

    @Test
    void aLostElementIsFound() {
        append(100, 0, "a", 1, 100);
        append(200, 10, "a", 1, 100, 200);
        list(100);

        assertThat(kinds(SYNCHRONOUS)).contains(Kind.LOST_WRITE);
    }

    @Test
    void anInsertThatIsThereTwiceIsFound() {
        insert(1, 0, "a", 1);
        found(1, 1);

        assertViolated(SYNCHRONOUS, Kind.DUPLICATE);
    }

    @Test
    void anElementThatIsThereTwiceIsFound() {
        append(100, 0, "a", 1, 100);
        list(100, 100);

        assertViolated(SYNCHRONOUS, Kind.DUPLICATE);
    }

    @Test
    void aWriteOfUnknownOutcomeMayBeThereOrNot() {
        op(Op.Type.INSERT, 0, 1, 0, "", 0, Outcome.UNKNOWN);
        op(Op.Type.INSERT, 0, 2, 10, "", 0, Outcome.UNKNOWN);
        found(2);

        assertAccepted(SYNCHRONOUS);
    }

    @Test
    void aRefusedWriteMustNotBeThere() {
        op(Op.Type.INSERT, 0, 1, 0, "a", 1, Outcome.FAILED);
        found(1);

        assertViolated(SYNCHRONOUS, Kind.PHANTOM);
    }

    @Test
    void whatNobodySentMustNotBeThere() {
        found(1);

        assertViolated(SYNCHRONOUS, Kind.PHANTOM);
    }

    @Test
    void anAppendThatDidNotSeeAnEarlierOneIsStale() {
        append(100, 0, "a", 1, 100);
        append(200, 10, "a", 1, 200);
        list(100, 200);

        assertThat(kinds(SYNCHRONOUS)).contains(Kind.STALE_READ);
    }

    @Test
    void concurrentAppendsNeedNotSeeEachOther() {
        op(Op.Type.APPEND, KEY, 100, 0, 50, "a", 1, Outcome.ACKNOWLEDGED, List.of(100));
        op(Op.Type.APPEND, KEY, 200, 5, 60, "a", 1, Outcome.ACKNOWLEDGED, List.of(100, 200));
        list(100, 200);

        assertAccepted(SYNCHRONOUS);
    }

    @Test
    void twoHistoriesThatExcludeEachOtherAreFound() {
        op(Op.Type.APPEND, KEY, 100, 0, 50, "a", 1, Outcome.ACKNOWLEDGED, List.of(100));
        op(Op.Type.APPEND, KEY, 200, 5, 60, "b", 1, Outcome.ACKNOWLEDGED, List.of(200));
        list(100, 200);

        assertViolated(SYNCHRONOUS, Kind.FORKED_HISTORY);
    }

    @Test
    void aPlainReadThatMissedAnAcknowledgedElementIsStale() {
        append(100, 0, "a", 1, 100);
        read(20, "a", 1);
        list(100);

        assertViolated(SYNCHRONOUS, Kind.STALE_READ);
    }

    @Test
    void aReplacedPrimaryMayAnswerPlainReadsUntilItsLeaseEnds() {
        append(100, 0, "b", 2, 100);
        read(LEASE.toMillis(), "a", 1);
        list(100);

        assertAccepted(SYNCHRONOUS);
        assertThat(Checker.judge(ops, found(), SYNCHRONOUS).staleReads()).isOne();
    }

    @Test
    void afterItsLeaseItMayNot() {
        append(100, 0, "b", 2, 100);
        read(LEASE.toMillis() + 1_000, "a", 1);
        list(100);

        assertViolated(SYNCHRONOUS, Kind.STALE_READ);
    }

    @Test
    void aWriteOfAReplacedPrimaryIsFound() {
        insert(1, 0, "b", 2);
        insert(2, 10, "a", 1);
        found(1, 2);

        assertViolated(SYNCHRONOUS, Kind.TWO_PRIMARIES);
    }

    @Test
    void aWriteThatWasSentBeforeTheSuccessorsFirstMayBeAnsweredAfterIt() {
        insert(1, 10, "b", 2);
        op(Op.Type.INSERT, 0, 2, 5, 30, "a", 1, Outcome.ACKNOWLEDGED, List.of());
        found(1, 2);

        assertAccepted(SYNCHRONOUS);
    }

    @Test
    void onlyInAsynchronousModeMayAThawedPrimaryAcknowledgeAndOnlyForAMoment() {
        insert(1, 0, "b", 2);
        insert(2, 10, "a", 1);
        found(1, 2);
        Thaw thaw = new Thaw("a", millis(8));

        assertAccepted(asynchronous(List.of(), thaw));
        assertViolated(asynchronous(List.of(), new Thaw("c", millis(8))), Kind.TWO_PRIMARIES);
        assertViolated(asynchronous(List.of(), new Thaw("a", millis(-5_000))), Kind.TWO_PRIMARIES);
        assertViolated(new Allowances(true, LEASE, List.of(), List.of(thaw)), Kind.TWO_PRIMARIES);
    }

    @Test
    void asynchronousModeMayLoseWhatAnEventAdmits() {
        insert(1, 0, "a", 1);
        insert(2, 10, "a", 1);
        found(1);

        assertAccepted(asynchronous(List.of(saved("a", 1, 5, 20, 1))));
        assertViolated(asynchronous(List.of(saved("b", 1, 5, 20, 1))), Kind.LOST_WRITE);
        assertViolated(asynchronous(List.of(saved("a", 2, 5, 20, 1))), Kind.LOST_WRITE);
        assertViolated(asynchronous(List.of(saved("a", 1, 1, 9, 1))), Kind.LOST_WRITE);
        assertViolated(asynchronous(List.of(saved("a", 1, 1L << 21, 1L << 22, 1))), Kind.LOST_WRITE);
        assertThat(kinds(asynchronous(List.of()))).contains(Kind.LOST_WRITE);
    }

    @Test
    void moreLostTransactionsThanTheEventsCountAreFound() {
        insert(1, 0, "a", 1);
        insert(2, 10, "a", 1);

        assertViolated(asynchronous(List.of(saved("a", 1, 0, 20, 1))), Kind.UNEXPLAINED_LOSS);
    }

    @Test
    void anAdmittedLossIsNoGapInAList() {
        append(100, 0, "a", 1, 100);
        append(200, 10, "a", 1, 100, 200);
        append(300, 20, "b", 2, 100, 300);
        list(100, 300);

        assertAccepted(asynchronous(List.of(saved("a", 1, 10, 20, 1))));
        assertThat(kinds(SYNCHRONOUS)).contains(Kind.LOST_WRITE, Kind.STALE_READ);
    }

    @Test
    void aFlawOfManyWritesIsToldInAFewLines() {
        for (int i = 1; i <= 100; i++) {
            insert(i, i, "a", 1);
        }

        List<Violation> violations = Checker.judge(ops, found(), SYNCHRONOUS).violations();

        assertThat(violations).hasSizeLessThan(10);
        assertThat(violations.getLast().evidence()).contains("95 more");
    }

    private static SavedWal saved(String node, long timeline, long from, long to, long transactions) {
        return new SavedWal(node, timeline, from, to, transactions);
    }

    private static Allowances asynchronous(List<SavedWal> saved, Thaw... thaws) {
        return new Allowances(false, LEASE, saved, List.of(thaws));
    }

    /** The position of each is its time, so that ranges of WAL can be told by time. */
    private void insert(int value, long atMillis, String node, long timeline) {
        op(Op.Type.INSERT, 0, value, atMillis, node, timeline, Outcome.ACKNOWLEDGED);
    }

    private void append(int value, long atMillis, String node, long timeline, Integer... observed) {
        op(Op.Type.APPEND, KEY, value, atMillis, atMillis + 1, node, timeline, Outcome.ACKNOWLEDGED, List.of(observed));
    }

    private void read(long atMillis, String node, long timeline, Integer... observed) {
        op(Op.Type.READ, KEY, 0, atMillis, atMillis + 1, node, timeline, Outcome.ACKNOWLEDGED, List.of(observed));
    }

    private void op(Op.Type type, int key, int value, long atMillis, String node, long timeline, Outcome outcome) {
        op(type, key, value, atMillis, atMillis + 1, node, timeline, outcome, List.of());
    }

    private void op(
            Op.Type type,
            int key,
            int value,
            long startMillis,
            long endMillis,
            String node,
            long timeline,
            Outcome outcome,
            List<Integer> observed) {
        int session = type == Op.Type.INSERT ? 0 : ListElements.sessionOf(value);
        ops.add(new Op(
                type,
                session,
                key,
                value,
                millis(startMillis),
                millis(endMillis),
                outcome,
                node,
                new Position(timeline, startMillis),
                observed));
    }

    private static long millis(long millis) {
        return millis * 1_000_000;
    }

    private void found(Integer... values) {
        inserts.put(0, List.of(values));
    }

    private void list(Integer... values) {
        lists.put(KEY, List.of(values));
    }

    private Found found() {
        return new Found(inserts, lists);
    }

    private List<Kind> kinds(Allowances allowances) {
        return Checker.judge(ops, found(), allowances).violations().stream()
                .map(Violation::kind)
                .toList();
    }

    private void assertAccepted(Allowances allowances) {
        assertThat(Checker.judge(ops, found(), allowances).violations()).isEmpty();
    }

    private void assertViolated(Allowances allowances, Kind kind) {
        assertThat(kinds(allowances)).containsOnly(kind);
    }
}
