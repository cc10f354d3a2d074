package io.pgprimacy.simulation;

import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.Decision;

/** A decision with another sequence: how a log without compare-and-append would hold it. */
final class Renumbered {
    private Renumbered() {}

    static Decision as(Decision decision, long sequence) {
        Basis old = decision.basis();
        Basis basis = new Basis(sequence, old.coordinator(), old.rule(), old.because(), old.answers(), old.evidence());
        return switch (decision) {
            case Decision.ClusterCreated d ->
                new Decision.ClusterCreated(basis, d.config(), d.first(), d.adopt(), d.incarnation(), d.data());
            case Decision.CreationGivenUp d -> new Decision.CreationGivenUp(basis, d.term(), d.node());
            case Decision.MemberAdmitted d -> new Decision.MemberAdmitted(basis, d.node());
            case Decision.MemberSuspended d -> new Decision.MemberSuspended(basis, d.node());
            case Decision.MemberRefused d -> new Decision.MemberRefused(basis, d.node(), d.reason());
            case Decision.MemberRemoved d -> new Decision.MemberRemoved(basis, d.node());
            case Decision.FailoverOpened d ->
                new Decision.FailoverOpened(
                        basis,
                        d.term(),
                        d.oldPrimary(),
                        d.lastKnown(),
                        d.automatic(),
                        d.preferred(),
                        d.allowDataLoss(),
                        d.oldPrimaryIsDown());
            case Decision.FailoverBlocked d -> new Decision.FailoverBlocked(basis, d.term(), d.candidates());
            case Decision.PrimaryChosen d ->
                new Decision.PrimaryChosen(basis, d.term(), d.node(), d.candidates(), d.sync(), d.possibleLossBytes());
            case Decision.SwitchoverStarted d -> new Decision.SwitchoverStarted(basis, d.term(), d.from(), d.to());
            case Decision.PrimaryStopOrdered d -> new Decision.PrimaryStopOrdered(basis, d.term(), d.from(), d.to());
            case Decision.SwitchoverAborted d -> new Decision.SwitchoverAborted(basis, d.from(), d.to());
            case Decision.SyncStandbysChanged d -> new Decision.SyncStandbysChanged(basis, d.sync());
            case Decision.MaintenanceChanged d -> new Decision.MaintenanceChanged(basis, d.paused());
            case Decision.ConfigChanged d -> new Decision.ConfigChanged(basis, d.config());
            case Decision.RestoreOpened d ->
                new Decision.RestoreOpened(basis, d.term(), d.oldPrimary(), d.lastKnown(), d.node(), d.goal());
            case Decision.RebuildOrdered d -> new Decision.RebuildOrdered(basis, d.node());
            case Decision.RestartOrdered d -> new Decision.RestartOrdered(basis, d.node());
            case Decision.ReloadOrdered d -> new Decision.ReloadOrdered(basis, d.node());
            case Decision.OldDataRemovalOrdered d -> new Decision.OldDataRemovalOrdered(basis, d.data());
            case Decision.RetentionOrdered d -> new Decision.RetentionOrdered(basis, d.policy(), d.scheduled());
            case Decision.RetentionMissed d -> new Decision.RetentionMissed(basis, d.through(), d.instants());
            case Decision.RetentionApplied d -> new Decision.RetentionApplied(basis, d.ordered(), d.outcome());
            case Decision.RetentionFailed d -> new Decision.RetentionFailed(basis, d.ordered(), d.reason());
            case Decision.BackupOrdered d ->
                new Decision.BackupOrdered(basis, d.node(), d.type(), d.scheduled(), d.databases());
            case Decision.BackupMissed d -> new Decision.BackupMissed(basis, d.type(), d.through(), d.instants());
            case Decision.BackupCancelled d -> new Decision.BackupCancelled(basis, d.node(), d.ordered());
            case Decision.BackupGivenUp d -> new Decision.BackupGivenUp(basis, d.node(), d.ordered());
            case Decision.DrillOrdered d -> new Decision.DrillOrdered(basis, d.node(), d.backup(), d.scheduled());
            case Decision.DrillMissed d -> new Decision.DrillMissed(basis, d.through(), d.instants());
            case Decision.DrillCancelled d -> new Decision.DrillCancelled(basis, d.node(), d.ordered());
            case Decision.DrillGivenUp d -> new Decision.DrillGivenUp(basis, d.node(), d.ordered());
            case Decision.RequestRefused d -> new Decision.RequestRefused(basis, d.reason());
            case Decision.AutomationHalted d -> new Decision.AutomationHalted(basis, d.failovers());
            case Decision.AutomationReset d -> new Decision.AutomationReset(basis);
            case Decision.ProtocolRaised d -> new Decision.ProtocolRaised(basis, d.version());
        };
    }
}
