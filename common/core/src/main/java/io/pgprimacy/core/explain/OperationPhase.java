package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;

/** One word for where an operation is, by the record that tells of it last; for programs, so it is stable where the sentence is not. */
final class OperationPhase {
    private OperationPhase() {}

    static String of(LogEntry at) {
        return of(at.record().event());
    }

    private static String of(ClusterEvent event) {
        return switch (event) {
            case Request r -> "waiting";
            case Decision.SwitchoverStarted d -> "preparing";
            case Decision.PrimaryStopOrdered d -> "stopping";
            case Decision.FailoverOpened d -> "pledging";
            case Decision.FailoverBlocked d -> "blocked";
            case Decision.PrimaryChosen d -> "promoting";
            case Decision.ClusterCreated d -> "promoting";
            case Decision.RestoreOpened d -> "stopping";
            case Fact.RestoreProgressed f -> f.step();
            case Fact.BackupStarted f -> "copying";
            case Fact.BackupProgressed f -> "copying";
            case Fact.DrillStarted f -> "restoring";
            case Fact.DrillProgressed f -> f.step();
            case Fact.RebuildFailed f -> "retrying";
            case Fact.OldDataKept f -> "retrying";
            default -> "ordered";
        };
    }
}
