package io.pgprimacy.backup.wal;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Instant;
import java.util.List;

/** What there is of an incarnation's WAL, for people and programs. */
public record WalReport(
        ClusterId cluster,
        Incarnation incarnation,
        long segmentSize,
        List<WalTerm> terms,
        List<TimelineReport> timelines) {

    /**
     * @param segments whole ones
     * @param coverage whole segments and slices: what can be replayed
     * @param holes between the ranges of the coverage
     * @param bytes of the stored objects
     * @param newest when something of it was last stored, by the store's clock
     */
    public record TimelineReport(
            TimelineId timeline,
            boolean history,
            List<LsnRange> segments,
            List<LsnRange> coverage,
            List<LsnRange> holes,
            long bytes,
            Instant newest) {}

    public static WalReport of(WalInventory inventory, List<WalTerm> terms) {
        List<TimelineReport> timelines = inventory.timelines().entrySet().stream()
                .map(e -> {
                    WalInventory.Timeline t = e.getValue();
                    List<LsnRange> coverage = t.coverage();
                    return new TimelineReport(
                            e.getKey(),
                            t.hasHistory(),
                            t.segments(),
                            coverage,
                            LsnRange.between(coverage),
                            t.bytes(),
                            t.newest());
                })
                .toList();
        WalPlace place = inventory.place();
        return new WalReport(place.cluster(), place.incarnation(), inventory.segmentSize(), terms, timelines);
    }
}
