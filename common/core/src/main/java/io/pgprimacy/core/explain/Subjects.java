package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which nodes an event is about, and to which of the four kinds it belongs. */
public final class Subjects {
    private Subjects() {}

    public static String kindOf(ClusterEvent event) {
        return switch (event) {
            case Heartbeat h -> "heartbeat";
            case Fact f -> "fact";
            case Request r -> "request";
            case Decision d -> "decision";
        };
    }

    /** It says how far something is, and the newest replaces those before it. */
    public static boolean isProgress(ClusterEvent event) {
        return event instanceof Fact.BackupProgressed
                || event instanceof Fact.DrillProgressed
                || event instanceof Fact.RestoreProgressed;
    }

    public static List<NodeId> nodesOf(ClusterEvent event) {
        return switch (event) {
            case Heartbeat.NodeHeartbeat h -> List.of(h.node());
            case Heartbeat.CoordinatorPulse p -> List.of();
            case Fact f -> List.of(f.node());
            case Request r -> ofRequest(r);
            case Decision d -> ofDecision(d);
        };
    }

    private static List<NodeId> ofRequest(Request request) {
        return switch (request) {
            case Request.ClusterCreationRequested r -> List.of(r.first());
            case Request.SwitchoverRequested r -> r.to().stream().toList();
            case Request.FailoverRequested r -> r.to().stream().toList();
            case Request.RebuildRequested r -> List.of(r.node());
            case Request.RestartRequested r -> List.of(r.node());
            case Request.ReloadRequested r -> List.of(r.node());
            case Request.RestoreRequested r -> r.node().stream().toList();
            case Request.RestoreConfirmRequested r -> r.node().stream().toList();
            case Request.MemberRemovalRequested r -> List.of(r.node());
            case Request.MemberAdmissionRequested r -> List.of(r.node());
            case Request.BackupRequested r -> r.from().stream().toList();
            case Request.BackupCancelRequested r -> List.of();
            case Request.DrillRequested r -> r.on().stream().toList();
            case Request.DrillCancelRequested r -> List.of();
            case Request.RetentionRequested r -> List.of();
            case Request.OfRepository r -> List.of();
            case Request.MaintenanceRequested r -> List.of();
            case Request.ConfigChangeRequested r -> List.of();
            case Request.AutomationResetRequested r -> List.of();
        };
    }

    private static List<NodeId> ofDecision(Decision decision) {
        return switch (decision) {
            case Decision.ClusterCreated d -> List.of(d.first());
            case Decision.CreationGivenUp d -> List.of(d.node());
            case Decision.MemberAdmitted d -> List.of(d.node());
            case Decision.MemberSuspended d -> List.of(d.node());
            case Decision.MemberRefused d -> List.of(d.node());
            case Decision.MemberRemoved d -> List.of(d.node());
            case Decision.FailoverOpened d -> with(d.oldPrimary(), d.preferred());
            case Decision.RestoreOpened d -> List.of(d.oldPrimary(), d.node());
            case Decision.FailoverBlocked d ->
                d.candidates().stream().map(c -> c.node()).toList();
            case Decision.PrimaryChosen d ->
                d.candidates().stream().map(c -> c.node()).toList();
            case Decision.SwitchoverStarted d -> List.of(d.from(), d.to());
            case Decision.PrimaryStopOrdered d -> List.of(d.from(), d.to());
            case Decision.SwitchoverAborted d -> List.of(d.from(), d.to());
            case Decision.SyncStandbysChanged d -> List.copyOf(d.sync().standbys());
            case Decision.RebuildOrdered d -> List.of(d.node());
            case Decision.RestartOrdered d -> List.of(d.node());
            case Decision.ReloadOrdered d -> List.of(d.node());
            case Decision.OldDataRemovalOrdered d ->
                d.data().stream().map(kept -> kept.node()).distinct().toList();
            case Decision.BackupOrdered d -> List.of(d.node());
            case Decision.BackupMissed d -> List.of();
            case Decision.BackupCancelled d -> List.of(d.node());
            case Decision.BackupGivenUp d -> List.of(d.node());
            case Decision.DrillOrdered d -> List.of(d.node());
            case Decision.DrillMissed d -> List.of();
            case Decision.DrillCancelled d -> List.of(d.node());
            case Decision.DrillGivenUp d -> List.of(d.node());
            case Decision.RetentionOrdered d -> List.of();
            case Decision.RetentionMissed d -> List.of();
            case Decision.RetentionApplied d -> List.of();
            case Decision.RetentionFailed d -> List.of();
            case Decision.MaintenanceChanged d -> List.of();
            case Decision.ConfigChanged d -> List.of();
            case Decision.RequestRefused d -> List.of();
            case Decision.AutomationHalted d -> List.of();
            case Decision.AutomationReset d -> List.of();
            case Decision.ProtocolRaised d -> List.of();
        };
    }

    private static List<NodeId> with(NodeId node, Optional<NodeId> other) {
        return Stream.concat(Stream.of(node), other.stream()).toList();
    }
}
