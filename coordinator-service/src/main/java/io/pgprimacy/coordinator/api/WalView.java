package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The cluster's WAL archive.
 *
 * @param keeping what the primary's agent stated last; null where it archives nothing
 * @param flushed of the primary, by its last heartbeat; null where none is known
 * @param stored how far the primary's timeline is in the store; null where nothing of it is
 * @param behindBytes from {@code stored} to {@code flushed}
 * @param window what one can recover to; null without a backup
 * @param why the storage service could not be asked, so only the log is told; null where it was
 */
record WalView(
        @Nullable KeepingView keeping,
        @Nullable String flushed,
        @Nullable String stored,
        @Nullable Long behindBytes,
        @Nullable WindowView window,
        List<TimelineView> timelines,
        @Nullable String why) {

    record KeepingView(String node, long term, long timeline, Fact.WalArchiving.State state, String detail) {}

    /**
     * @param backup the oldest that is good; its end is where the window begins
     * @param newest when WAL was last stored
     */
    record WindowView(
            String backup,
            Instant from,
            String fromLsn,
            @Nullable Instant newest) {}

    /** @param bytes of the stored objects */
    record TimelineView(long timeline, String start, String end, List<RangeView> holes, long bytes, Instant newest) {}

    record RangeView(String start, String end) {}

    static WalView ofLog(ClusterState state, String why) {
        return new WalView(
                keeping(state), flushed(state).map(Lsn::toString).orElse(null), null, null, null, List.of(), why);
    }

    /** Of the storage service's documents, as docs/reference/storage-api.md has them. */
    static WalView of(ClusterState state, JsonNode wal, JsonNode backups) {
        List<TimelineView> timelines = timelines(wal);
        Optional<Lsn> flushed = flushed(state);
        Optional<Lsn> stored = primary(state)
                .flatMap(p -> timelines.stream()
                        .filter(t -> t.timeline() == p.timeline().value())
                        .findFirst())
                .map(t -> Lsn.parse(t.end()));
        return new WalView(
                keeping(state),
                flushed.map(Lsn::toString).orElse(null),
                stored.map(Lsn::toString).orElse(null),
                stored.flatMap(s -> flushed.map(f -> Math.max(0, f.minus(s)))).orElse(null),
                window(state.incarnation(), backups, timelines),
                timelines,
                null);
    }

    private static @Nullable KeepingView keeping(ClusterState state) {
        return state.lastGrant()
                .flatMap(grant -> state.node(grant.node())
                        .flatMap(node -> node.facts().archiving())
                        .filter(fact -> fact.term().equals(grant.term())))
                .map(f -> new KeepingView(
                        f.node().value(), f.term().value(), f.timeline().value(), f.state(), f.detail()))
                .orElse(null);
    }

    private static Optional<PostgresView.Primary> primary(ClusterState state) {
        return state.lastGrant()
                .flatMap(grant -> state.node(grant.node()))
                .flatMap(Node::view)
                .filter(PostgresView.Primary.class::isInstance)
                .map(PostgresView.Primary.class::cast);
    }

    private static Optional<Lsn> flushed(ClusterState state) {
        return primary(state).map(PostgresView.Primary::flushed);
    }

    private static List<TimelineView> timelines(JsonNode wal) {
        List<TimelineView> timelines = new ArrayList<>();
        for (JsonNode timeline : wal.path("timelines")) {
            JsonNode coverage = timeline.path("coverage");
            if (coverage.isEmpty()) {
                continue;
            }
            List<RangeView> holes = new ArrayList<>();
            timeline.path("holes")
                    .forEach(h -> holes.add(new RangeView(
                            h.path("start").asString(""), h.path("end").asString(""))));
            timelines.add(new TimelineView(
                    timeline.path("timeline").asLong(),
                    coverage.path(0).path("start").asString(""),
                    coverage.path(coverage.size() - 1).path("end").asString(""),
                    holes,
                    timeline.path("bytes").asLong(),
                    Instant.parse(timeline.path("newest").asString(""))));
        }
        return timelines;
    }

    private static @Nullable WindowView window(int incarnation, JsonNode backups, List<TimelineView> timelines) {
        List<BackupView> good = new ArrayList<>(BackupView.listed(backups));
        good.removeIf(b ->
                b.suspect() || b.isDamaged() || !Integer.valueOf(incarnation).equals(b.incarnation()));
        @Nullable
        Instant newest = timelines.stream()
                .map(TimelineView::newest)
                .max(Comparator.naturalOrder())
                .orElse(null);
        return good.stream()
                .min(Comparator.comparing(BackupView::stopTime))
                .map(b -> new WindowView(b.id(), b.stopTime(), b.stopLsn(), newest))
                .orElse(null);
    }
}
