package io.pgprimacy.simulation;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.decide.ClusterDecider;
import io.pgprimacy.core.decide.Verdict;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.loop.CoordinatorLoop;
import io.pgprimacy.core.loop.NodeHands;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.plan.OrderedWork;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One seam replaced for each broken rule. */
final class Breakages {
    private Breakages() {}

    static LogRecord with(LogRecord r, ClusterEvent event) {
        return new LogRecord(r.offset(), r.id(), r.writer(), r.writtenAtMillis(), event);
    }

    private static NodeHeartbeat withLease(NodeHeartbeat h, Optional<Heartbeat.LeaseClaim> lease) {
        return new NodeHeartbeat(
                h.node(),
                h.incarnation(),
                h.beat(),
                h.termSeen(),
                h.sequence(),
                lease,
                h.postgres(),
                h.protocol(),
                h.activity());
    }

    private static NodeHeartbeat claiming(NodeHeartbeat h, double share) {
        return withLease(
                h,
                h.lease()
                        .map(c -> new Heartbeat.LeaseClaim(
                                c.term(), Duration.ofNanos((long) (c.length().toNanos() * share)))));
    }

    static final class LeaseIgnored extends Seams {
        @Override
        LogRecord readByCoordinator(LogRecord r, String coordinator, Duration now) {
            return r.event() instanceof NodeHeartbeat h ? with(r, claiming(h, 0)) : r;
        }
    }

    /** As if the log were live whatever it gives back, and silence counted from the last record that was read. */
    static final class SilenceAlwaysCounted extends Seams {
        private final Map<String, SortedMap<NodeId, Duration>> lastHeard = new HashMap<>();

        @Override
        LogRecord readByCoordinator(LogRecord r, String coordinator, Duration now) {
            if (r.event() instanceof NodeHeartbeat h) {
                lastHeard.computeIfAbsent(coordinator, c -> new TreeMap<>()).put(h.node(), now);
            }
            return r;
        }

        @Override
        List<ClusterEvent> step(
                CoordinatorLoop mind, String coordinator, Duration now, long wallMillis, boolean owner) {
            List<ClusterEvent> appended = super.step(mind, coordinator, now, wallMillis, owner);
            Evidence known = mind.evidence(now, wallMillis, Evidence.Fleet.ALONE);
            SortedMap<NodeId, Duration> last = lastHeard.getOrDefault(coordinator, new TreeMap<>());
            SortedMap<NodeId, Evidence.Heard> heard = new TreeMap<>(known.heard());
            heard.replaceAll((node, h) -> new Evidence.Heard(
                    Duration.ofMillis(now.minus(last.getOrDefault(node, now)).toMillis()), h.lease()));
            Evidence blind = new Evidence(
                    known.observedThrough(),
                    known.decidedAtMillis(),
                    true,
                    known.phaseAge(),
                    heard,
                    known.syncShortFor(),
                    known.suspectClusters(),
                    Optional.empty(),
                    Optional.empty());
            return ClusterDecider.decide(mind.state(), blind, coordinator) instanceof Verdict.Append a
                            && a.decision() instanceof Decision.FailoverOpened opened
                            && owner
                            && appended.stream().noneMatch(Decision.class::isInstance)
                    ? Stream.concat(appended.stream(), Stream.of(opened)).toList()
                    : appended;
        }
    }

    static final class LeaseCountedLate extends Seams {
        @Override
        Duration guardDeadline(SimHost host, Duration asked) {
            return asked.plusSeconds(4);
        }
    }

    static final class ShorterLeaseThanGuarded extends Seams {
        @Override
        ClusterEvent appendedByAgent(SimHost host, ClusterEvent event) {
            return event instanceof NodeHeartbeat h ? claiming(h, 0.3) : event;
        }
    }

    static final class NoGuard extends Seams {
        @Override
        boolean guardKills() {
            return false;
        }
    }

    static final class TermNotPersisted extends Seams {
        @Override
        LocalMemory remembered(LocalMemory m) {
            return new LocalMemory(
                    Term.NONE,
                    0,
                    Term.NONE,
                    Term.NONE,
                    Term.NONE,
                    Optional.empty(),
                    Optional.empty(),
                    m.divergence(),
                    m.unusable(),
                    m.quarantine(),
                    m.restartedFor());
        }
    }

    static final class NoSequenceCheck extends Seams {
        private long sequence;

        @Override
        ClusterEvent landing(ClusterEvent event) {
            return event instanceof Decision d ? Renumbered.as(d, ++sequence) : event;
        }

        @Override
        boolean isRecomputed() {
            return false;
        }
    }

    static final class LaggingStandbyPromoted extends Seams {
        @Override
        ClusterEvent appendedByCoordinator(ClusterEvent event) {
            if (!(event instanceof Decision.PrimaryChosen c)) {
                return event;
            }
            return c.candidates().stream()
                    .filter(x -> x.verdict() instanceof Candidate.Verdict.Outranked
                            || (x.verdict() instanceof Candidate.Verdict.Ineligible i
                                    && i.reason()
                                            instanceof
                                            io.pgprimacy.core.event.IneligibleReason.LacksAcknowledgedCommits))
                    .findFirst()
                    .<ClusterEvent>map(x -> new Decision.PrimaryChosen(
                            c.basis(), c.term(), x.node(), c.candidates(), c.sync(), c.possibleLossBytes()))
                    .orElse(event);
        }

        @Override
        boolean isRecomputed() {
            return false;
        }
    }

    static final class RewindWithoutSaving extends Seams {
        @Override
        boolean savesDiscardedWal() {
            return false;
        }
    }

    static final class TimelineReused extends Seams {
        @Override
        long firstUnusedTimeline(NodeAction.Promote promote) {
            return 0;
        }
    }

    static final class DecisionNotReadBack extends Seams {
        @Override
        void decided(Decision decision, Cluster cluster) {
            if (decision instanceof Decision.PrimaryChosen c) {
                SimAgent agent = cluster.host(c.node()).agent();
                agent.loop().ifPresent(l -> {
                    long offset = l.state().offset();
                    l.read(
                            new LogRecord(offset, "told", "coordinator", 0, decision),
                            cluster.host(c.node()).uptime());
                });
            }
        }
    }

    static final class PositionNotExact extends Seams {
        @Override
        NodeHands hands(SimHost host, NodeHands real) {
            return new Altered(real) {
                @Override
                public Observation observe() {
                    Observation o = real.observe();
                    return o.view() instanceof PostgresView.Standby s
                            ? seeing(
                                    o,
                                    new PostgresView.Standby(
                                            s.timeline(), s.received(), s.replayed(), true, s.upstream()))
                            : o;
                }
            };
        }
    }

    static final class PledgeWithoutCut extends Seams {
        @Override
        NodeHands hands(SimHost host, NodeHands real) {
            return new Altered(real) {
                private Optional<NodeAction> pretended = Optional.empty();

                @Override
                public Observation observe() {
                    Observation o = real.observe();
                    if (pretended.isEmpty() || !(o.view() instanceof PostgresView.Standby s)) {
                        return o;
                    }
                    PostgresView cut = new PostgresView.Standby(
                            s.timeline(), s.received(), s.replayed(), s.exact(), PostgresView.Upstream.CUT);
                    return with(
                            seeing(o, cut),
                            Optional.of(new Observation.JobResult.Done(pretended.get(), Optional.empty())),
                            o.syncApplied(),
                            o.processes());
                }

                @Override
                public void begin(NodeAction action) {
                    if (action instanceof NodeAction.CutReceiver) {
                        pretended = Optional.of(action);
                        return;
                    }
                    pretended = Optional.empty();
                    real.begin(action);
                }
            };
        }
    }

    static final class SyncClaimedBeforeApplied extends Seams {
        @Override
        NodeHands hands(SimHost host, NodeHands real) {
            return new Altered(real) {
                private Optional<Observation.AppliedSync> pretended = Optional.empty();

                @Override
                public Observation observe() {
                    Observation o = real.observe();
                    return pretended.isPresent() ? with(o, o.lastJob(), pretended, o.processes()) : o;
                }

                @Override
                public void begin(NodeAction action) {
                    if (action instanceof NodeAction.ApplySync a) {
                        pretended = Optional.of(new Observation.AppliedSync(a.sequence(), Lsn.ZERO));
                        host.agent().process().after(6 * World.SECOND, () -> real.begin(action));
                        return;
                    }
                    if (action instanceof NodeAction.Promote) {
                        pretended = Optional.empty();
                    }
                    real.begin(action);
                }
            };
        }
    }

    static final class StoppedWhileProcessesAreLeft extends Seams {
        @Override
        NodeHands hands(SimHost host, NodeHands real) {
            return new Altered(real) {
                private boolean pretending;

                @Override
                public Observation observe() {
                    Observation o = real.observe();
                    if (!o.processes()) {
                        pretending = false;
                    }
                    return pretending
                            ? with(seeing(o, new PostgresView.Stopped("")), o.lastJob(), o.syncApplied(), false)
                            : o;
                }

                @Override
                public void begin(NodeAction action) {
                    if (action instanceof NodeAction.Stop && !pretending) {
                        pretending = true;
                        host.agent().process().after(2 * World.SECOND, () -> real.begin(action));
                    } else if (!pretending) {
                        real.begin(action);
                    }
                }
            };
        }
    }

    /** Hands that do as they are told, but for what a subclass changes. */
    abstract static class Altered implements NodeHands {
        private final NodeHands real;

        Altered(NodeHands real) {
            this.real = real;
        }

        @Override
        public Observation observe() {
            return real.observe();
        }

        @Override
        public void remember(LocalMemory memory) {
            real.remember(memory);
        }

        @Override
        public void holdGuard(Duration deadline) {
            real.holdGuard(deadline);
        }

        @Override
        public Optional<OrderedWork> backup() {
            return real.backup();
        }

        @Override
        public void backUp(Optional<BackupOrder> order) {
            real.backUp(order);
        }

        @Override
        public Optional<OrderedWork> drill() {
            return real.drill();
        }

        @Override
        public void drill(Optional<DrillOrder> order) {
            real.drill(order);
        }

        @Override
        public void begin(NodeAction action) {
            real.begin(action);
        }

        static Observation seeing(Observation o, PostgresView view) {
            return new Observation(
                    view,
                    o.processes(),
                    o.joined(),
                    o.shutdownCheckpoint(),
                    o.lastFlushed(),
                    o.switches(),
                    o.syncApplied(),
                    o.slots(),
                    o.parameters(),
                    o.pendingRestarts(),
                    o.guardHolds(),
                    o.job(),
                    o.lastJob());
        }

        static Observation with(
                Observation o,
                Optional<Observation.JobResult> lastJob,
                Optional<Observation.AppliedSync> sync,
                boolean processes) {
            return new Observation(
                    o.view(),
                    processes,
                    o.joined(),
                    o.shutdownCheckpoint(),
                    o.lastFlushed(),
                    o.switches(),
                    sync,
                    o.slots(),
                    o.parameters(),
                    o.pendingRestarts(),
                    o.guardHolds(),
                    o.job(),
                    lastJob);
        }
    }
}
