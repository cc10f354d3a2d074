package io.pgprimacy.simulation;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Ignored;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.decide.ClusterDecider;
import io.pgprimacy.core.decide.Verdict;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads every record the moment it lands, remembers every state, and checks what an auditor could check years later. It also remembers what a
 * topic said that has been lost since.
 */
final class Auditor {
    private final World world;
    private final Seams seams;
    /** By topic: the states after each of its records. */
    private final IdentityHashMap<SimTopic, NavigableMap<Long, ClusterState>> ledgers = new IdentityHashMap<>();

    private final Map<Term, Granted> grants = new TreeMap<>();
    private final Map<io.pgprimacy.core.rule.RuleId, Integer> decisions =
            new EnumMap<>(io.pgprimacy.core.rule.RuleId.class);
    private final List<DecisionListener> listeners = new ArrayList<>();
    private NavigableMap<Long, ClusterState> states = new TreeMap<>();
    private long mostSequence;
    private long exchangedAtMillis;
    private boolean lacksDecisions;
    private ClusterState state = ClusterState.initial(Simulation.CLUSTER);

    private record Granted(NodeId node, long offset, Promise promise) {}

    /** What a grant promises: no commit acknowledged by standbys is missing; after a switchover none at all. */
    record Promise(boolean synchronousOnes, boolean all) {
        boolean covers(Commit commit) {
            return all || (synchronousOnes && commit.acknowledgedBy > 0);
        }
    }

    interface DecisionListener {
        void counted(Decision decision, ClusterState before);
    }

    Auditor(World world, Seams seams) {
        this.seams = seams;
        this.world = world;
        states.put(-1L, state);
    }

    void listen(DecisionListener listener) {
        listeners.add(listener);
    }

    /** The next record lands in {@code next}, of which {@code before} is the predecessor under the same name. */
    void exchanged(SimTopic before, SimTopic next) {
        ledgers.put(before, states);
        states = ledgers.computeIfAbsent(next, n -> statesOf(before, n));
        state = states.lastEntry().getValue();
        exchangedAtMillis = world.now() / World.MS;
        lacksDecisions = state.sequence() < mostSequence;
    }

    private NavigableMap<Long, ClusterState> statesOf(SimTopic before, SimTopic copy) {
        int common = before.commonWith(copy);
        return new TreeMap<>(states.headMap(common == 0 ? -1L : copy.offset(common - 1), true));
    }

    /** The cluster begins anew in a topic of its own: nothing that was granted before goes on. */
    void beginsAnew() {
        grants.clear();
        mostSequence = 0;
        lacksDecisions = false;
    }

    /** The topic of that name lacks decisions that have counted, whatever has counted in it since. */
    boolean lacksDecisions() {
        return lacksDecisions;
    }

    long mostSequence() {
        return mostSequence;
    }

    void landed(LogRecord record) {
        ClusterState before = state;
        state = state.evolve(record);
        states.put(record.offset(), state);
        if (state.term().isBefore(before.term())) {
            throw new Violation(Invariant.I3_TERMS, "term " + before.term() + " is followed by " + state.term());
        }
        if (record.event() instanceof Decision decision) {
            if (state.sequence() > before.sequence()) {
                counted(record, decision, before);
            } else {
                world.trace(
                        "log",
                        () -> "   ... ignored: "
                                + state.ignored().map(Ignored::reason).orElse("?"));
            }
        }
    }

    private void counted(LogRecord record, Decision decision, ClusterState before) {
        decisions.merge(decision.basis().rule(), 1, Integer::sum);
        mostSequence = Math.max(mostSequence, state.sequence());
        if (seams.isRecomputed()) {
            recompute(decision);
        }
        if (lacksDecisions && observed(decision, states).lostDecisions().isEmpty()) {
            throw new UnrecognisedLoss("nobody who had read what the log lacks was heard before " + decision);
        }
        Optional<Grant> granted = state.primary().filter(g -> !before.primary().equals(Optional.of(g)));
        if (granted.isPresent()) {
            grant(granted.get(), record, before);
        }
        listeners.forEach(l -> l.counted(decision, before));
    }

    private void grant(Grant granted, LogRecord record, ClusterState before) {
        Term term = granted.term();
        if (!grants.containsKey(term)) {
            grants.put(term, new Granted(granted.node(), record.offset(), promise(before)));
        } else if (record.writtenAtMillis() < exchangedAtMillis
                && before.lostDecisions().isPresent()) {
            // It lands in the place of one that was lost. Nobody is promoted by it, for the log is known to lack
            // decisions.
            world.trace("log", () -> "   ... void: it was sent before the log was cut back");
        } else {
            throw new Violation(Invariant.I3_TERMS, "term " + term + " is granted twice");
        }
    }

    private static Promise promise(ClusterState before) {
        boolean promised = !before.syncClaims().isEmpty()
                && before.syncClaims().stream().allMatch(c -> c.sync().acknowledgements() > 0);
        return switch (before.phase()) {
            case Phase.FailingOver f -> new Promise(promised && !f.allowDataLoss(), false);
            case Phase.SwitchingOver s -> new Promise(true, true);
            case Phase.Forming f -> new Promise(false, false);
            case Phase.Founding f -> new Promise(false, false);
            case Phase.Serving s -> new Promise(true, true);
        };
    }

    /** I6. A decision that was on its way while the log was exchanged rests on the one before. */
    private void recompute(Decision decision) {
        if (!isRecomputed(decision, states)
                && ledgers.values().stream().noneMatch(former -> isRecomputed(decision, former))) {
            throw new Violation(
                    Invariant.I6_RECOMPUTED,
                    decision + " cannot be recomputed from the log up to "
                            + decision.basis().evidence().observedThrough());
        }
    }

    private static ClusterState observed(Decision decision, NavigableMap<Long, ClusterState> states) {
        return states.floorEntry(decision.basis().evidence().observedThrough()).getValue();
    }

    private static boolean isRecomputed(Decision decision, NavigableMap<Long, ClusterState> states) {
        Verdict again = ClusterDecider.decide(
                observed(decision, states),
                decision.basis().evidence(),
                decision.basis().coordinator());
        return again instanceof Verdict.Append append && append.decision().equals(decision);
    }

    /** I5. */
    void checkFold(ClusterState folded, String who) {
        ClusterState mine = states.get(folded.offset());
        if (mine == null || !gist(mine).equals(gist(folded))) {
            throw new Violation(
                    Invariant.I5_ONE_FOLD,
                    who + " has folded, up to " + folded.offset() + ",\n  " + gist(folded) + "\nbut the log says\n  "
                            + (mine == null ? "nothing" : gist(mine)));
        }
    }

    private static ClusterState gist(ClusterState s) {
        return new ClusterState(
                s.cluster(),
                s.offset(),
                s.sequence(),
                s.config(),
                s.configSequence(),
                s.systemIdentifier(),
                s.incarnation(),
                s.origin(),
                s.phase(),
                s.term(),
                s.paused(),
                s.nodes(),
                s.grants(),
                s.history(),
                s.syncClaims(),
                s.pending(),
                s.answered(),
                s.automaticFailovers(),
                s.halted(),
                s.protocol(),
                s.backup(),
                s.schedules(),
                s.drill(),
                s.drillsThrough(),
                s.retention(),
                s.retentionThrough(),
                Optional.empty());
    }

    /** I4. */
    void mustHaveRead(NodeId node, Term term, long readThrough, String what) {
        Granted granted = grants.get(term);
        if (granted == null || !granted.node().equals(node) || granted.offset() > readThrough) {
            throw new Violation(
                    Invariant.I4_READ_BACK,
                    node + " " + what + " under term " + term + " having read up to " + readThrough + "; the log has "
                            + granted);
        }
    }

    Promise promiseOf(Term term) {
        Granted granted = grants.get(term);
        return granted == null ? new Promise(false, false) : granted.promise();
    }

    boolean hasGrantedAfter(long term) {
        return grants.keySet().stream().anyMatch(granted -> granted.value() > term);
    }

    ClusterState state() {
        return state;
    }

    Map<io.pgprimacy.core.rule.RuleId, Integer> decisions() {
        return decisions;
    }
}
