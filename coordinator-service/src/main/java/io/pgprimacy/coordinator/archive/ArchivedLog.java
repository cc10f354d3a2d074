package io.pgprimacy.coordinator.archive;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.coordinator.storage.StorageCatalog.NotThere;
import io.pgprimacy.coordinator.storage.StorageOperator.Refused;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.ExportLine;
import io.pgprimacy.log.ExportTrailer;
import io.pgprimacy.log.RecordChain;
import io.pgprimacy.log.TopicExport;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Joins what the store holds of a cluster's log to one export, and verifies it meanwhile. Kafka is not asked. */
public final class ArchivedLog {
    private final LogStore store;

    public ArchivedLog(LogStore store) {
        this.store = store;
    }

    /** Nothing is stored of that cluster, or of that life. */
    public static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        Missing(String message) {
            super(message);
        }
    }

    /**
     * The lines of an export without heartbeats, the trailer last.
     *
     * @param life empty for the newest
     * @throws RepositoryDamaged naming what is missing or changed
     */
    public void read(ClusterId cluster, Optional<Incarnation> life, TopicExport.Sink sink)
            throws IOException, NotThere, Refused, Missing {
        StoredLog log = choose(cluster, life, store.logs(cluster));
        RecordChain chain = new RecordChain();
        long next = 0;
        long records = 0;
        for (long from : log.stretches()) {
            if (from != next) {
                throw new RepositoryDamaged("offsets " + next + " to " + (from - 1) + " of the stored log are missing");
            }
            LogPlace place = new LogPlace(cluster, log.incarnation(), from);
            LogStretch stretch = LogStretch.parse(place, store.stretch(place));
            join(stretch, chain, sink);
            records += stretch.header().records();
            next = stretch.header().through() + 1;
        }
        sink.take(new ExportTrailer(cluster.value(), records, next - 1, chain.head()).write());
    }

    private static StoredLog choose(ClusterId cluster, Optional<Incarnation> life, List<StoredLog> logs)
            throws Missing {
        if (logs.isEmpty()) {
            throw new Missing("nothing is stored of the log of cluster " + cluster);
        }
        if (life.isEmpty()) {
            return logs.getLast();
        }
        return logs.stream()
                .filter(log -> log.incarnation().equals(life.get()))
                .findFirst()
                .orElseThrow(() -> new Missing("nothing is stored of the log of incarnation " + life.get()
                        + " of cluster " + cluster + "; there is: "
                        + logs.stream().map(log -> log.incarnation().toString()).collect(Collectors.joining(", "))));
    }

    private static void join(LogStretch stretch, RecordChain chain, TopicExport.Sink sink) throws IOException {
        LogStretch.Header header = stretch.header();
        if (!header.before().equals(chain.head())) {
            throw new RepositoryDamaged(
                    header.place().name() + " does not follow the stretch before it: their chains differ");
        }
        long before = header.from() - 1;
        for (String text : stretch.lines().split("\n")) {
            ExportLine line = line(header, text);
            if (line.offset() <= before
                    || !line.cluster().equals(header.cluster().value())
                    || !chain.next(line).equals(line.chain())) {
                throw new RepositoryDamaged(
                        header.place().name() + " was changed: offset " + line.offset() + " does not fit");
            }
            before = line.offset();
            sink.take(text);
        }
        if (before != header.through() || !chain.head().equals(header.after())) {
            throw new RepositoryDamaged(header.place().name() + " does not end as its first line says");
        }
    }

    private static ExportLine line(LogStretch.Header header, String text) throws RepositoryDamaged {
        try {
            return ExportLine.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RepositoryDamaged(header.place().name() + " holds a line that is none: " + e.getMessage(), e);
        }
    }
}
