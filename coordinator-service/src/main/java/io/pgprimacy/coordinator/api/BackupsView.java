package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Fact;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What backups there are, and which one is being taken.
 *
 * @param source {@code storage}: the catalog, which is what can be restored; {@code log}: what the agents have stated, among it what may
 *     have been expired since
 * @param why it is not from the catalog; null where it is
 * @param running null while none is being taken
 * @param drill null while none is under way
 * @param backups what can be recovered from
 * @param dumps logical backups
 */
record BackupsView(
        String source,
        @Nullable String why,
        @Nullable RunningView running,
        @Nullable DrillView drill,
        List<BackupView> backups,
        List<DumpView> dumps) {

    /** @param decision sequence of the one that ordered it */
    record RunningView(
            long decision,
            String node,
            String type,
            @Nullable String backup,
            @Nullable Long files,
            @Nullable Long bytes,
            @Nullable Long stored,
            @Nullable Long seconds) {}

    /**
     * @param decision sequence of the one that ordered it
     * @param step restoring, recovering, or what is being checked
     * @param bytes restored of {@code of}
     */
    record DrillView(
            long decision,
            String node,
            @Nullable String backup,
            @Nullable String step,
            @Nullable Long bytes,
            @Nullable Long of,
            @Nullable Long seconds) {}

    static @Nullable DrillView drill(ClusterState state) {
        return state.runningDrill()
                .map(order -> {
                    Optional<Node> node = state.node(order.node());
                    Optional<Fact.DrillStarted> started =
                            node.flatMap(n -> n.facts().drills().started()).filter(s -> s.ordered() == order.ordered());
                    Optional<Fact.DrillProgressed> progress = node.flatMap(
                                    n -> n.facts().drills().progress())
                            .filter(p -> p.ordered() == order.ordered());
                    return new DrillView(
                            order.ordered(),
                            order.node().value(),
                            started.map(Fact.DrillStarted::backup)
                                    .or(order::backup)
                                    .orElse(null),
                            progress.map(Fact.DrillProgressed::step).orElse(null),
                            progress.map(Fact.DrillProgressed::bytes).orElse(null),
                            started.map(Fact.DrillStarted::bytes).orElse(null),
                            progress.map(p -> p.took().toSeconds()).orElse(null));
                })
                .orElse(null);
    }

    static @Nullable RunningView running(ClusterState state) {
        return state.runningBackup()
                .map(order -> {
                    Optional<Node> node = state.node(order.node());
                    Optional<Fact.BackupStarted> started = node.flatMap(
                                    n -> n.facts().backups().started())
                            .filter(s -> s.ordered() == order.ordered());
                    Optional<Fact.BackupProgressed> progress = node.flatMap(
                                    n -> n.facts().backups().progress())
                            .filter(p -> p.ordered() == order.ordered());
                    return new RunningView(
                            order.ordered(),
                            order.node().value(),
                            order.type().label(),
                            started.map(Fact.BackupStarted::backup).orElse(null),
                            progress.map(Fact.BackupProgressed::files).orElse(null),
                            progress.map(Fact.BackupProgressed::bytes).orElse(null),
                            progress.map(Fact.BackupProgressed::stored).orElse(null),
                            progress.map(p -> p.took().toSeconds()).orElse(null));
                })
                .orElse(null);
    }
}
