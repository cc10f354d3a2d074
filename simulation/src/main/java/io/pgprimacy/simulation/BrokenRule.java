package io.pgprimacy.simulation;

import static io.pgprimacy.simulation.Fault.Kind.*;
import static io.pgprimacy.simulation.Faults.TO_THE_LAST_DECISION;

import io.pgprimacy.core.config.ReplicationMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Rules broken on purpose, to prove that the simulation finds what they are there for. See docs/explanation/broken-rules.md. */
enum BrokenRule {
    LEASE_IGNORED(
            "a coordinator promotes before the old primary's lease has expired",
            Breakages.LeaseIgnored::new,
            asynchronous(CUT_FROM_KAFKA, FREEZE_AGENT, KILL_AGENT, NODE_CANNOT_APPEND, CUT_LINK),
            Invariant.I1_ONE_PRIMARY),
    SILENCE_ALWAYS_COUNTED(
            "silence counts although the log is not known to be live",
            Breakages.SilenceAlwaysCounted::new,
            asynchronous(KAFKA_OUTAGE),
            Invariant.I9_NEEDED),
    LEASE_COUNTED_LATE(
            "an agent counts its lease from later than the sending of the heartbeat, so its guard kills too late",
            Breakages.LeaseCountedLate::new,
            asynchronous(FREEZE_AGENT, KILL_AGENT, ISOLATE_HOST, KILL_POSTGRES),
            Invariant.I1_ONE_PRIMARY,
            Invariant.I8_GUARDED),
    SHORTER_LEASE_BEFORE_THE_GUARD(
            "a heartbeat claims a shorter lease than the guard still lets the primary have",
            Breakages.ShorterLeaseThanGuarded::new,
            asynchronous(FREEZE_AGENT, KILL_AGENT, RESTART_AGENT, ISOLATE_HOST),
            Invariant.I1_ONE_PRIMARY),
    NO_GUARD(
            "nothing kills PostgreSQL when its agent is dead or frozen",
            Breakages.NoGuard::new,
            asynchronous(FREEZE_AGENT, KILL_AGENT, ISOLATE_HOST),
            Invariant.I1_ONE_PRIMARY,
            Invariant.I8_GUARDED),
    TERM_NOT_PERSISTED(
            "an agent forgets terms and pledges when it restarts",
            Breakages.TermNotPersisted::new,
            planned(
                    new Fault(2 * World.SECOND, FREEZE_AGENT, "a", false, "a", 12 * World.SECOND, 0),
                    new Fault(2100 * World.MS, FAILOVER_BY_HAND, "b", false, "b", World.SECOND, 1),
                    new Fault(2800 * World.MS, AGENT_RESTARTS_BEHIND, "c", false, "c", 6 * World.SECOND, 700)),
            Invariant.I1_ONE_PRIMARY,
            Invariant.I2_NO_LOST_COMMIT),
    PLEDGE_WITHOUT_CUT(
            "a standby pledges and goes on receiving WAL from the old primary",
            Breakages.PledgeWithoutCut::new,
            synchronous(CUT_FROM_KAFKA, FREEZE_AGENT, KILL_AGENT, FAILOVER_BY_HAND, NODE_CANNOT_APPEND),
            Invariant.I1_ONE_PRIMARY,
            Invariant.I2_NO_LOST_COMMIT),
    NO_SEQUENCE_CHECK(
            "every decision counts, also one of a coordinator that came second",
            Breakages.NoSequenceCheck::new,
            asynchronous(KILL_POSTGRES, LOSE_HOST, FREEZE_COORDINATOR, LOG_DELAYS, LOG_DOUBLES),
            Invariant.I3_TERMS,
            Invariant.I1_ONE_PRIMARY,
            Invariant.I2_NO_LOST_COMMIT),
    LAGGING_STANDBY_PROMOTED(
            "the least advanced of those that pledged is chosen",
            Breakages.LaggingStandbyPromoted::new,
            synchronous(KILL_POSTGRES, LOSE_HOST, CUT_LINK, ISOLATE_HOST),
            Invariant.I2_NO_LOST_COMMIT),
    POSITION_NOT_EXACT(
            "a standby that still works through old WAL states where that seems to end",
            Breakages.PositionNotExact::new,
            synchronous(KILL_POSTGRES, LOSE_HOST, KILL_POSTGRES, FAILOVER_BY_HAND),
            Invariant.I2_NO_LOST_COMMIT,
            Invariant.I7_SAVED,
            Invariant.LIVENESS),
    SYNC_CLAIMED_BEFORE_APPLIED(
            "an agent states that a synchronous set is enforced, which is not, so older claims are forgotten",
            Breakages.SyncClaimedBeforeApplied::new,
            synchronous(CHANGE_MODE, LOSE_HOST, ISOLATE_HOST, KILL_POSTGRES, CUT_LINK),
            Invariant.I11_CLAIMED,
            Invariant.I2_NO_LOST_COMMIT),
    STOPPED_WHILE_PROCESSES_ARE_LEFT(
            "an agent states that PostgreSQL has stopped while processes are left",
            Breakages.StoppedWhileProcessesAreLeft::new,
            asynchronous(FAILOVER_BY_HAND, SWITCHOVER, NODE_CANNOT_APPEND, DISK_STALL),
            Invariant.I1_ONE_PRIMARY,
            Invariant.I2_NO_LOST_COMMIT,
            Invariant.I8_GUARDED),
    REWIND_WITHOUT_SAVING(
            "diverged WAL is said to be saved, and is not",
            Breakages.RewindWithoutSaving::new,
            asynchronous(FREEZE_HOST, ISOLATE_HOST, LOSE_HOST),
            Invariant.I7_SAVED),
    REBUILD_KEEPS_NOTHING(
            "data that could not be put back, or not be looked through, is removed by a rebuild",
            RestoreBreakages.RebuildKeepsNothing::new,
            asynchronous(REBUILD, FAILOVER_BY_HAND, KILL_POSTGRES, ISOLATE_HOST),
            Invariant.I7_SAVED),
    TIMELINE_REUSED(
            "a promotion takes the next number that it knows of, which another one may have used unseen",
            Breakages.TimelineReused::new,
            asynchronous(NODE_CANNOT_APPEND, LOSE_HOST, ISOLATE_HOST, KILL_POSTGRES, CUT_FROM_KAFKA),
            Invariant.I10_ONE_HISTORY,
            Invariant.LIVENESS),
    DECISION_NOT_READ_BACK(
            "an agent acts on a decision that a coordinator told it directly",
            Breakages.DecisionNotReadBack::new,
            asynchronous(KILL_POSTGRES, LOSE_HOST, SWITCHOVER, LOG_LOSES),
            Invariant.I4_READ_BACK,
            Invariant.I1_ONE_PRIMARY),
    PROMISE_FORGOTTEN(
            "a member that restarts has forgotten what it promised",
            PromiseBreakages.PromiseForgotten::new,
            planned(
                    new ReplicationMode.Asynchronous(),
                    cutFromLog("a", 2),
                    new Fault(12_300 * World.MS, KILL_AGENT, "b", false, "b", 300 * World.MS, 0),
                    new Fault(12_300 * World.MS, KILL_AGENT, "c", false, "c", 300 * World.MS, 0)),
            Invariant.I1_ONE_PRIMARY),
    PROMISE_NOT_WAITED_FOR(
            "a member becomes primary before what it promised is over",
            PromiseBreakages.PromiseNotWaitedFor::new,
            planned(new ReplicationMode.Asynchronous(), cutFromLog("a", 2)),
            Invariant.I1_ONE_PRIMARY),
    PROMISES_OF_SOME(
            "the promises of some of the members extend the lease",
            PromiseBreakages.PromisesOfSome::new,
            planned(
                    new ReplicationMode.Asynchronous(),
                    cutFromLog("a", 2),
                    new Fault(2 * World.SECOND, CUT_LINK, "a", false, "b", 25 * World.SECOND, 0),
                    new Fault(8 * World.SECOND, FAILOVER_BY_HAND, "b", false, "b", World.SECOND, 1)),
            Invariant.I1_ONE_PRIMARY),
    PROMISE_AFTER_PLEDGE(
            "a member that has pledged a newer term still promises the old one's primary",
            PromiseBreakages.PromiseAfterPledge::new,
            planned(new ReplicationMode.Asynchronous(), cutFromLog("a", 2)),
            Invariant.I1_ONE_PRIMARY),
    UNKNOWN_MEMBER_CHOSEN(
            "a member is chosen that the old primary does not know of, and so asks for no promise",
            PromiseBreakages.UnknownMemberChosen::new,
            planned(
                    new ReplicationMode.Asynchronous(),
                    new Fault(1 * World.SECOND, REMOVE, "c", false, "c", World.SECOND, 0),
                    cutFromLog("a", 4),
                    new Fault(5 * World.SECOND, ADMIT, "c", false, "c", World.SECOND, 0),
                    new Fault(12 * World.SECOND, FAILOVER_BY_HAND, "c", false, "c", World.SECOND, 1)),
            Invariant.I1_ONE_PRIMARY),
    SUSPENDED_MEMBER_CHOSEN(
            "a member is chosen that is suspended, so that the old primary asks it for no promise",
            PromiseBreakages.SuspendedMemberChosen::new,
            planned(
                    new ReplicationMode.Asynchronous(),
                    new Fault(1 * World.SECOND, ISOLATE_HOST, "c", false, "c", 14 * World.SECOND, 0),
                    cutFromLog("a", 14),
                    new Fault(21 * World.SECOND, FAILOVER_BY_HAND, "c", false, "c", World.SECOND, 1)),
            Invariant.I1_ONE_PRIMARY),
    NEWCOMER_NOT_ASKED(
            "a heartbeat says that a decision is known, although the lease was extended without the member that it admits",
            PromiseBreakages.NewcomerNotAsked::new,
            planned(
                    new ReplicationMode.Asynchronous(),
                    new Fault(1 * World.SECOND, ISOLATE_HOST, "c", false, "c", 16_500 * World.MS, 0),
                    new Fault(12_500 * World.MS, NODE_CANNOT_APPEND, "a", false, "a", 6_200 * World.MS, 0),
                    new Fault(17_501 * World.MS, CUT_LINK, "a", false, "c", 25 * World.SECOND, 0),
                    new Fault(18_701 * World.MS, NODE_CANNOT_READ, "a", false, "a", 20 * World.SECOND, 0),
                    new Fault(18_703 * World.MS, FAILOVER_WITH_LOSS, "c", false, "c", World.SECOND, 1)),
            Invariant.I1_ONE_PRIMARY),
    WAITING_SUCCESSOR_COUNTED(
            "candidates are measured against a successor that never served, and not against the primary that still may",
            PromiseBreakages.WaitingSuccessorCounted::new,
            planned(
                    new ReplicationMode.Asynchronous(),
                    new Fault(1 * World.SECOND, ISOLATE_HOST, "b", false, "b", 14 * World.SECOND, 0),
                    cutFromLog("a", 14),
                    new Fault(14_100 * World.MS, RESTART_AGENT, "a", false, "a", 20 * World.SECOND, 0),
                    new Fault(25 * World.SECOND, FAILOVER_WITH_LOSS, "b", false, "b", World.SECOND, 1)),
            Invariant.I1_ONE_PRIMARY),
    LOST_DECISIONS_FORGOTTEN(
            "an agent that restarts has forgotten which decisions it has read, and obeys a log that lacks some of them",
            LostLogBreakages.Forgotten::new,
            planned(
                    new Fault(1 * World.SECOND, CHANGE_MODE, "a", false, "a", World.SECOND, 0),
                    new Fault(6 * World.SECOND, LOG_CUT_BACK, "a", false, "a", 2 * World.SECOND, TO_THE_LAST_DECISION),
                    new Fault(7 * World.SECOND, KILL_AGENT, "a", false, "a", 500 * World.MS, 0)),
            Invariant.I11_CLAIMED),
    LOST_DECISIONS_NOT_HEEDED(
            "a coordinator decides by a log that lacks what a member says that it has read",
            LostLogBreakages.NotHeeded::new,
            planned(
                    new ReplicationMode.Asynchronous(),
                    new Fault(1 * World.SECOND, SWITCHOVER, "a", false, "b", World.SECOND, 1),
                    new Fault(10 * World.SECOND, LOG_CUT_BACK, "a", false, "a", 2 * World.SECOND, TO_THE_LAST_DECISION),
                    new Fault(11 * World.SECOND, KILL_COORDINATOR, "k0", false, "k0", 500 * World.MS, 0),
                    new Fault(11 * World.SECOND, KILL_COORDINATOR, "k1", false, "k1", 500 * World.MS, 0)),
            Invariant.I3_TERMS),
    LOST_DECISIONS_NOT_HEARD(
            "a node becomes primary by a log that lacks what other members have read",
            LostLogBreakages.NotHeard::new,
            planned(
                    new ReplicationMode.Asynchronous(),
                    new Fault(1200 * World.MS, SWITCHOVER, "a", false, "b", World.SECOND, 1),
                    new Fault(1600 * World.MS, NODE_CANNOT_READ, "b", false, "b", 10 * World.SECOND, 0),
                    new Fault(2300 * World.MS, LOSE_HOST, "b", false, "b", 19 * World.SECOND, 0),
                    new Fault(17 * World.SECOND, LOG_RESTORED, "a", false, "a", 2 * World.SECOND, 12)),
            Invariant.I1_ONE_PRIMARY);

    private final String sentence;
    private final Supplier<Seams> seams;
    private final Scenario.Focus focus;
    private final Set<Invariant> caughtBy;

    BrokenRule(String sentence, Supplier<Seams> seams, Scenario.Focus focus, Invariant first, Invariant... more) {
        this.sentence = sentence;
        this.seams = seams;
        this.focus = focus;
        this.caughtBy = EnumSet.of(first, more);
    }

    private static Scenario.Focus asynchronous(Fault.Kind... kinds) {
        return new Scenario.Focus(List.of(kinds), Optional.of(new ReplicationMode.Asynchronous()), List.of());
    }

    private static Scenario.Focus planned(Fault... faults) {
        return planned(new ReplicationMode.Quorum(1, false), faults);
    }

    private static Scenario.Focus planned(ReplicationMode mode, Fault... faults) {
        return new Scenario.Focus(List.of(), Optional.of(mode), List.of(faults));
    }

    /** From everything else it is not: the others go on receiving its WAL and answer when they are asked for promises. */
    private static Fault cutFromLog(String node, long atSeconds) {
        return new Fault(atSeconds * World.SECOND, CUT_FROM_KAFKA, node, false, node, 25 * World.SECOND, 0);
    }

    private static Scenario.Focus synchronous(Fault.Kind... kinds) {
        return new Scenario.Focus(List.of(kinds), Optional.of(new ReplicationMode.Quorum(1, false)), List.of());
    }

    String sentence() {
        return sentence;
    }

    Set<Invariant> caughtBy() {
        return caughtBy;
    }

    Simulation.Outcome run(long seed, boolean tracing) {
        return Simulation.run(seed, tracing, seams.get(), focus);
    }

    /** The same faults without the breakage, to show that it is the breakage that is found. */
    Simulation.Outcome runIntact(long seed) {
        return Simulation.run(seed, false, new Seams(), focus);
    }
}
