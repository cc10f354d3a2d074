package io.pgprimacy.simulation;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.NodeAction;

/** One short line for each thing in a trace. */
final class Describe {
    private Describe() {}

    static String event(ClusterEvent event) {
        return switch (event) {
            case Heartbeat.NodeHeartbeat h ->
                "beat " + h.node() + "#" + h.beat() + " (" + h.incarnation() + ") "
                        + h.lease()
                                .map(l -> "lease " + l.term() + "/" + l.length().toMillis() + "ms ")
                                .orElse("")
                        + view(h.postgres());
            case Heartbeat.CoordinatorPulse p -> "pulse " + p.coordinator() + "#" + p.beat();
            case Fact f -> "FACT " + f;
            case Request r -> "REQUEST " + r;
            case Decision d ->
                "DECISION " + d.basis().sequence() + " by " + d.basis().coordinator() + " "
                        + d.basis().rule() + " " + d.getClass().getSimpleName() + detail(d) + ": "
                        + d.basis().because();
        };
    }

    private static String detail(Decision decision) {
        return switch (decision) {
            case Decision.FailoverOpened d -> " term " + d.term();
            case Decision.PrimaryChosen d -> " " + d.node() + " term " + d.term() + " " + d.sync();
            case Decision.SyncStandbysChanged d -> " " + d.sync();
            case Decision.RequestRefused d -> " " + d.basis().answers();
            default -> "";
        };
    }

    static String view(PostgresView view) {
        return switch (view) {
            case PostgresView.Primary p ->
                "PRIMARY " + p.flushed() + " tl " + p.timeline() + " sync " + p.syncApplied();
            case PostgresView.Standby s ->
                "standby " + s.position() + (s.exact() ? "" : " inexact") + " from "
                        + s.upstream().node().map(Object::toString).orElse("nobody")
                        + (s.upstream().streaming() ? " streaming" : "");
            default -> view.getClass().getSimpleName();
        };
    }

    static String memory(LocalMemory m) {
        return "seen " + m.termSeen() + " pledged " + m.pledged() + " primaryOf " + m.primaryOf() + " relinquished "
                + m.relinquished() + m.divergence().map(d -> " " + d).orElse("")
                + m.unusable().map(u -> " unusable: " + u).orElse("")
                + m.quarantine().map(q -> " quarantine: " + q).orElse("");
    }

    static String action(NodeAction action) {
        return action.toString();
    }
}
