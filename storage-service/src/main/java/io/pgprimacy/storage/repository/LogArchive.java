package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.Refusal.Reason;
import io.pgprimacy.storage.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The logs of clusters, in stretches that follow one another. What does not go on exactly where the last one ended is refused, nothing is
 * overwritten, and nothing here or anywhere else removes.
 */
public final class LogArchive {
    private final ObjectStore store;
    private final Documents documents;
    private final BackupStates states;

    public LogArchive(ObjectStore store) {
        this.store = store;
        this.documents = new Documents(store);
        this.states = new BackupStates(store);
    }

    /**
     * What is stored of one life's log.
     *
     * @param stretches the first offset of each, ascending
     */
    public record StoredLog(Incarnation incarnation, List<Long> stretches) {}

    /** Of every life that has one, the oldest first. */
    public List<StoredLog> list(ClusterId cluster) {
        List<StoredLog> logs = new ArrayList<>();
        for (Incarnation life : states.incarnations(cluster)) {
            List<Long> stretches = stretches(cluster, life);
            if (!stretches.isEmpty()) {
                logs.add(new StoredLog(life, stretches));
            }
        }
        return logs;
    }

    public LogStretch read(LogPlace place) {
        return find(place).orElseThrow(() -> new Refusal(Reason.UNKNOWN, "there is no " + place.name()));
    }

    /** Idempotent for the same text. Of two writers that go on from the same end, one is refused. */
    public void append(LogPlace place, String text) {
        LogStretch stretch;
        try {
            stretch = LogStretch.parse(place, text);
        } catch (RepositoryDamaged e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (isThere(stretch)) {
            return;
        }
        requireFollows(stretch);
        if (!store.putIfAbsent(place.name(), stretch.encode()) && !isThere(stretch)) {
            throw new Refusal(Reason.UNKNOWN, place.name() + " could not be put, and is not there");
        }
    }

    private boolean isThere(LogStretch stretch) {
        LogPlace place = stretch.header().place();
        Optional<LogStretch> there = find(place);
        if (there.isPresent() && !there.get().equals(stretch)) {
            throw new Refusal(
                    Reason.WOULD_OVERWRITE,
                    place.name() + " is there, and is another one: up to offset "
                            + there.get().header().through() + " with the head "
                            + there.get().header().after());
        }
        return there.isPresent();
    }

    private void requireFollows(LogStretch stretch) {
        LogStretch.Header wanted = stretch.header();
        Optional<LogStretch.Header> last = last(wanted.cluster(), wanted.incarnation());
        long next = last.map(LogStretch.Header::through).orElse(-1L) + 1;
        String head = last.map(LogStretch.Header::after).orElse(LogStretch.NO_HEAD);
        if (wanted.from() < next) {
            throw new Refusal(
                    Reason.WOULD_OVERWRITE,
                    "the log is stored up to offset " + (next - 1) + ", and " + wanted.from() + " is not behind it");
        }
        if (wanted.from() > next) {
            throw new Refusal(
                    Reason.INCOMPLETE,
                    "the log is stored up to offset " + (next - 1) + ": offsets " + next + " to " + (wanted.from() - 1)
                            + " would be missing");
        }
        if (!wanted.before().equals(head)) {
            throw new Refusal(
                    Reason.OTHER_SYSTEM,
                    "the stored log ends with the head " + head + ", and this stretch follows " + wanted.before()
                            + ": it is of another log");
        }
    }

    private List<Long> stretches(ClusterId cluster, Incarnation life) {
        List<Long> stretches = new ArrayList<>();
        store.list(
                LogPlace.all(cluster, life),
                found -> LogPlace.of(cluster, life, found.name()).ifPresent(place -> stretches.add(place.from())));
        return stretches;
    }

    private Optional<LogStretch.Header> last(ClusterId cluster, Incarnation life) {
        List<Long> stretches = stretches(cluster, life);
        return stretches.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        read(new LogPlace(cluster, life, stretches.getLast())).header());
    }

    private Optional<LogStretch> find(LogPlace place) {
        try {
            Optional<byte[]> stored = documents.read(place.name(), LogStretch.LARGEST);
            return stored.isPresent() ? Optional.of(LogStretch.decode(place, stored.get())) : Optional.empty();
        } catch (RepositoryDamaged e) {
            throw new Refusal(Reason.INCOMPLETE, String.valueOf(e.getMessage()));
        }
    }
}
