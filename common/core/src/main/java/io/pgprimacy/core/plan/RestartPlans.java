package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.StopCause;
import java.util.List;
import java.util.Optional;

/**
 * Restarts a standby's PostgreSQL, once for each order.
 *
 * <p>Safe because a standby acknowledges nothing while it is down, and what starts it again is what always starts it (S6). That it has been stopped
 * is remembered before it is started, so that an agent that dies in between does not stop it again.
 */
final class RestartPlans {
    private RestartPlans() {}

    /** It has stopped, whatever for: what is started next has the parameters of now. */
    static Optional<NodePlan> noticeStop(Self self) {
        return isDue(self) && self.seen().view() instanceof PostgresView.Stopped
                ? Optional.of(Plans.remember(
                        self.memory().withRestartedFor(ordered(self)), "PostgreSQL has stopped for its restart"))
                : Optional.empty();
    }

    /** Of a standby that runs. Its parameters are written first: they are what it is restarted for. */
    static Optional<NodePlan> plan(Self self, LocalMemory memory) {
        if (!isDue(self)) {
            return Optional.empty();
        }
        return Plans.applyParameters(self, memory, List.of())
                .or(() -> Optional.of(Plans.act(
                        memory, new NodeAction.Stop(false, StopCause.RESTART), "a person asked for a restart")));
    }

    /** What a standby that streams has to say of it, until that is in the log. */
    static Optional<Fact> outcome(Self self) {
        return ordered(self) > 0 && !isDue(self)
                ? Optional.of(new Fact.PostgresRestarted(self.id(), ordered(self)))
                : Optional.empty();
    }

    private static boolean isDue(Self self) {
        return ordered(self) > self.memory().restartedFor();
    }

    /** 0 where nothing is ordered that the log does not say is done. */
    private static long ordered(Self self) {
        return self.node()
                .filter(Node::mustBeRestarted)
                .map(n -> n.orders().restart())
                .orElse(0L);
    }
}
