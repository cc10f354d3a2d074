package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.retention.DumpRetention;
import io.pgprimacy.backup.retention.DumpRetention.Verdict;
import io.pgprimacy.backup.retention.RetentionPolicy;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.BackupStates.Note;
import io.pgprimacy.storage.repository.BackupStates.State;
import io.pgprimacy.storage.repository.Catalog.Dumps;
import io.pgprimacy.storage.repository.Catalog.Known;
import io.pgprimacy.storage.repository.Expiry.Applied;
import io.pgprimacy.storage.store.ObjectStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Expiry} does for the others, for logical backups: the same marks in the same order, with the same grace. Nothing rests upon one,
 * so none waits for another. What cannot be read is not judged, so it stays.
 */
public final class DumpExpiry {
    private final ObjectStore store;
    private final Catalog catalog;
    private final BackupStates states;
    private final Clock clock;
    private final Duration grace;

    /** @param grace between the mark and the removal */
    public DumpExpiry(ObjectStore store, Catalog catalog, Clock clock, Duration grace) {
        this.store = store;
        this.catalog = catalog;
        this.states = new BackupStates(store);
        this.clock = clock;
        this.grace = grace;
    }

    /** About one dump as the catalog has it. */
    private record Judged(BackupPlace place, Known known, Verdict verdict) {}

    public List<Verdict> plan(ClusterId cluster, RetentionPolicy policy) {
        return judged(cluster, policy).stream().map(Judged::verdict).toList();
    }

    public Applied apply(ClusterId cluster, RetentionPolicy policy, String actor, String reason) {
        Applied applied = new Applied(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Judged dump : judged(cluster, policy)) {
            if (dump.verdict().stays()) {
                release(dump, applied);
            } else {
                mark(dump, new Note(clock.instant(), actor, reason), applied);
            }
        }
        // By the pins as they are after the marks.
        for (Judged dump : judged(cluster, policy)) {
            if (!dump.verdict().stays() && dump.known().removing()) {
                store.remove(dump.place().manifest());
                applied.removed().add(dump.place().id().value());
            }
        }
        return applied;
    }

    private void mark(Judged dump, Note note, Applied applied) {
        Optional<Note> marked = states.read(dump.place(), State.EXPIRED);
        if (marked.isEmpty()) {
            states.remember(dump.place(), State.EXPIRED, note);
            applied.marked().add(dump.place().id().value());
        } else if (marked.get().at().isAfter(clock.instant().minus(grace))) {
            applied.waiting().add(dump.place().id().value());
        } else {
            states.remember(dump.place(), State.REMOVAL, note);
        }
    }

    /** Takes marks back where something keeps it after all; not one of a removal that may be under way. */
    private void release(Judged dump, Applied applied) {
        boolean underWay = dump.known().removing()
                && states.read(dump.place(), State.REMOVAL)
                        .filter(note -> note.at().isAfter(clock.instant().minus(Garbage.SETTLED)))
                        .isPresent();
        if (underWay || !(dump.known().removing() || dump.known().expiring())) {
            return;
        }
        states.forget(dump.place(), State.REMOVAL);
        states.forget(dump.place(), State.EXPIRED);
        applied.released().add(dump.place().id().value());
    }

    private List<Judged> judged(ClusterId cluster, RetentionPolicy policy) {
        Dumps dumps = catalog.dumps(cluster);
        List<DumpRetention.Facts> facts = new ArrayList<>();
        for (int i = 0; i < dumps.dumps().size(); i++) {
            Known known = dumps.states().get(i);
            facts.add(DumpRetention.Facts.of(
                    dumps.dumps().get(i), !known.damaged().isEmpty(), known.pinned()));
        }
        List<Verdict> verdicts = DumpRetention.plan(facts, policy, clock.instant());
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < verdicts.size(); i++) {
            DumpManifest manifest = dumps.dumps().get(i);
            judged.add(new Judged(manifest.place(), dumps.states().get(i), verdicts.get(i)));
        }
        return judged;
    }
}
