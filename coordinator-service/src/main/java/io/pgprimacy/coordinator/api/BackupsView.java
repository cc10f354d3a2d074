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
 */
record BackupsView(
        String source, @Nullable String why, @Nullable RunningView running, List<BackupView> backups) {

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
