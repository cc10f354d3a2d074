package io.pgprimacy.simulation;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.promise.PromiseAnswer;
import io.pgprimacy.core.promise.PromiseRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The seams of those rules by which promises keep a lease (S11). */
final class PromiseBreakages {
    private PromiseBreakages() {}

    static final class PromiseForgotten extends Seams {
        @Override
        LocalMemory remembered(LocalMemory m) {
            return m.withPromise(Optional.empty());
        }
    }

    static final class PromiseNotWaitedFor extends Seams {
        @Override
        PromiseRequest asked(PromiseRequest r) {
            return new PromiseRequest(r.cluster(), r.from(), r.incarnation(), r.term(), r.round(), Duration.ZERO);
        }
    }

    static final class PromisesOfSome extends Seams {
        @Override
        List<PromiseAnswer> answered(PromiseAnswer a, List<NodeId> all) {
            return all.stream()
                    .map(n -> new PromiseAnswer(n, a.incarnation(), a.round(), a.refusal()))
                    .toList();
        }
    }

    static final class PromiseAfterPledge extends Seams {
        @Override
        List<PromiseAnswer> answered(PromiseAnswer a, List<NodeId> all) {
            return List.of(new PromiseAnswer(a.from(), a.incarnation(), a.round(), Optional.empty()));
        }
    }

    private static NodeHeartbeat knowing(NodeHeartbeat h, long sequence) {
        return new NodeHeartbeat(
                h.node(),
                h.incarnation(),
                h.beat(),
                h.termSeen(),
                sequence,
                h.lease(),
                h.postgres(),
                h.protocol(),
                h.activity());
    }

    static final class SuspendedMemberChosen extends Seams {
        @Override
        LogRecord readByCoordinator(LogRecord r, String coordinator, Duration now) {
            return r.event() instanceof Decision.MemberSuspended s
                    ? Breakages.with(r, new Decision.RequestRefused(s.basis(), "in place of a suspension"))
                    : r;
        }

        @Override
        boolean isRecomputed() {
            return false;
        }
    }

    /** As if c had come to serve in term 2: what was before that is no longer counted back to. */
    static final class WaitingSuccessorCounted extends Seams {
        @Override
        LogRecord readByCoordinator(LogRecord r, String coordinator, Duration now) {
            return r.event() instanceof Fact.StandbyPledged p
                            && p.term().equals(new Term(3))
                            && p.node().equals(new NodeId("c"))
                    ? Breakages.with(r, new Fact.Promoted(p.node(), new Term(2), new TimelineId(2), Optional.empty()))
                    : r;
        }

        @Override
        boolean isRecomputed() {
            return false;
        }
    }

    static final class NewcomerNotAsked extends Seams {
        @Override
        ClusterEvent appendedByAgent(SimHost host, ClusterEvent event) {
            return event instanceof NodeHeartbeat h
                    ? host.agent()
                            .loop()
                            .map(l -> knowing(h, l.state().sequence()))
                            .orElse(h)
                    : event;
        }
    }

    /** As if a person had said that the old primary is down, which sets that rule aside and no other. */
    static final class UnknownMemberChosen extends Seams {
        @Override
        LogRecord readByCoordinator(LogRecord r, String coordinator, Duration now) {
            return switch (r.event()) {
                case Request.FailoverRequested q ->
                    Breakages.with(
                            r, new Request.FailoverRequested(q.id(), q.origin(), q.to(), q.allowDataLoss(), true));
                case Decision.FailoverOpened d ->
                    Breakages.with(
                            r,
                            new Decision.FailoverOpened(
                                    d.basis(),
                                    d.term(),
                                    d.oldPrimary(),
                                    d.lastKnown(),
                                    d.automatic(),
                                    d.preferred(),
                                    d.allowDataLoss(),
                                    true));
                default -> r;
            };
        }

        @Override
        boolean isRecomputed() {
            return false;
        }
    }
}
