package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.explain.History;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.explain.Sentences;
import io.pgprimacy.core.explain.Subjects;
import io.pgprimacy.core.id.NodeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as it was after a record: the same fold, ended there. Heartbeats are superseded and not kept, so there are no positions
 * and no lags.
 *
 * @param offset of the last record that took part; at most the one that was asked for
 * @param time by its writer's clock; null where nothing had been written yet
 */
record PastView(
        String cluster,
        long offset,
        @Nullable String time,
        long term,
        @Nullable String primary,
        String phase,
        boolean paused,
        boolean halted,
        long sequence,
        ClusterView.SyncView sync,
        List<PastMember> members) {

    /** @param last what its agent had stated last; null where it had stated nothing */
    record PastMember(
            String name, String membership, @Nullable String last) {}

    static PastView of(History history, long offset) {
        ClusterState state = ClusterState.initial(history.cluster());
        List<LogRecord> folded = new ArrayList<>();
        for (LogEntry entry : history.entries()) {
            if (entry.record().offset() > offset) {
                break;
            }
            state = state.evolve(entry.record());
            folded.add(entry.record());
        }
        return of(state, folded);
    }

    private static PastView of(ClusterState state, List<LogRecord> folded) {
        return new PastView(
                state.cluster().value(),
                folded.isEmpty() ? -1 : folded.getLast().offset(),
                folded.isEmpty()
                        ? null
                        : Instant.ofEpochMilli(folded.getLast().writtenAtMillis())
                                .toString(),
                state.term().value(),
                state.isPromotionConfirmed()
                        ? state.primary().map(Grant::node).map(NodeId::value).orElse(null)
                        : null,
                ClusterView.phase(state),
                state.paused(),
                state.halted(),
                state.sequence(),
                new ClusterView.SyncView(
                        ClusterView.names(state.sync().standbys()),
                        state.sync().acknowledgements(),
                        state.syncClaims().size() <= 1),
                state.nodes().values().stream().map(n -> member(n, folded)).toList());
    }

    private static PastMember member(Node node, List<LogRecord> folded) {
        return new PastMember(
                node.id().value(),
                node.membership().name().toLowerCase(Locale.ROOT),
                folded.reversed().stream()
                        .filter(r -> Subjects.kindOf(r.event()).equals("fact")
                                && Subjects.nodesOf(r.event()).contains(node.id()))
                        .findFirst()
                        .map(r -> Sentences.of(r.event()))
                        .orElse(null));
    }
}
