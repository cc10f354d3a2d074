package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.retention.BackupFacts;
import io.pgprimacy.backup.retention.RetentionPlan;
import io.pgprimacy.backup.retention.RetentionPlan.Goes;
import io.pgprimacy.backup.retention.RetentionPlanner;
import io.pgprimacy.backup.retention.RetentionPolicy;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.BackupStates.Note;
import io.pgprimacy.storage.repository.BackupStates.State;
import io.pgprimacy.storage.repository.Catalog.Known;
import io.pgprimacy.storage.repository.Catalog.Listing;
import io.pgprimacy.storage.repository.Refusal.Reason;
import io.pgprimacy.storage.store.ObjectStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Carries out a retention plan, one step a run, so that there is time to object: what no rule keeps is marked as expired; what has been marked
 * for the grace, and still is kept by nothing, is removed. Pins count until the last moment.
 *
 * <p>The order of effects, and what a crash after each leaves: the mark {@code expired} (nothing has happened); the mark {@code removal}, from
 * which on no pin is accepted (the next run goes on); the catalog is read anew, and whoever pinned before that mark is seen now; the manifest,
 * of dependants first (it is no backup any more, and what it rests on still is one); everything else, by {@link Garbage}. Whatever the moment,
 * each backup that is listed is whole.
 */
public final class Expiry {
    private final ObjectStore store;
    private final Catalog catalog;
    private final BackupStates states;
    private final Clock clock;
    private final Duration grace;

    /** @param grace between the mark and the removal */
    public Expiry(ObjectStore store, Catalog catalog, Clock clock, Duration grace) {
        this.store = store;
        this.catalog = catalog;
        this.states = new BackupStates(store);
        this.clock = clock;
        this.grace = grace;
    }

    /** What a run did, by the ids of backups. */
    public record Applied(List<String> marked, List<String> waiting, List<String> released, List<String> removed) {}

    public RetentionPlan plan(ClusterId cluster, RetentionPolicy policy) {
        return new View(catalog.list(cluster)).plan(policy);
    }

    /** One that may be acted upon: refused while a manifest cannot be read. */
    public RetentionPlan planForRemoval(ClusterId cluster, RetentionPolicy policy) {
        return readable(cluster).plan(policy);
    }

    private View readable(ClusterId cluster) {
        View view = new View(catalog.list(cluster));
        if (!view.listing.unreadable().isEmpty()) {
            // Something may rest on it, or it may be the last good one.
            throw new Refusal(
                    Reason.INCOMPLETE,
                    "nothing is removed while a manifest cannot be read: "
                            + view.listing.unreadable().getFirst());
        }
        return view;
    }

    public Applied apply(ClusterId cluster, RetentionPolicy policy, String actor, String reason) {
        View view = readable(cluster);
        RetentionPlan plan = view.plan(policy);
        Applied applied = new Applied(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (BackupFacts staying : plan.staying()) {
            if (release(view.place(staying), view.known(staying))) {
                applied.released().add(staying.id().value());
            }
        }
        Waiting waiting = new Waiting();
        for (Goes goes : plan.going()) {
            BackupPlace place = view.place(goes.backup());
            Optional<Note> marked = states.read(place, State.EXPIRED);
            if (marked.isEmpty()) {
                states.remember(place, State.EXPIRED, new Note(clock.instant(), actor, reason));
                applied.marked().add(place.id().value());
                waiting.add(goes.backup());
            } else if (marked.get().at().isAfter(clock.instant().minus(grace)) || waiting.needs(goes.backup())) {
                applied.waiting().add(place.id().value());
                waiting.add(goes.backup());
            } else {
                states.remember(place, State.REMOVAL, new Note(clock.instant(), actor, reason));
            }
        }
        remove(cluster, policy, applied);
        return applied;
    }

    /** Idempotent; the first reason stands. */
    public void pin(BackupPlace place, String actor, String reason) {
        refuseUnlessThere(place);
        boolean mine = states.remember(place, State.PIN, new Note(clock.instant(), actor, reason));
        // Whoever removes puts its mark and then looks for pins; this puts the pin and then looks for the mark. One of
        // the two sees the other.
        if (states.is(place, State.REMOVAL)) {
            if (mine) {
                states.forget(place, State.PIN);
            }
            throw new Refusal(Reason.TOO_LATE, "backup " + place.id() + " is being removed");
        }
        refuseUnlessThere(place);
    }

    /** Idempotent. */
    public void unpin(BackupPlace place) {
        refuseUnlessThere(place);
        states.forget(place, State.PIN);
    }

    /** Takes marks back where something keeps it after all. */
    private boolean release(BackupPlace place, Known known) {
        if (known.removing()) {
            boolean underWay = states.read(place, State.REMOVAL)
                    .filter(note -> note.at().isAfter(clock.instant().minus(Garbage.SETTLED)))
                    .isPresent();
            if (underWay) {
                return false;
            }
            states.forget(place, State.REMOVAL);
        }
        if (known.expiring()) {
            states.forget(place, State.EXPIRED);
        }
        return known.removing() || known.expiring();
    }

    /** What is marked for removal, by the catalog and the pins as they are after the marks. */
    private void remove(ClusterId cluster, RetentionPolicy policy, Applied applied) {
        View now = new View(catalog.list(cluster));
        if (!now.listing.unreadable().isEmpty()) {
            return;
        }
        Waiting waiting = new Waiting();
        for (Goes goes : now.plan(policy).going()) {
            if (now.known(goes.backup()).removing() && !waiting.needs(goes.backup())) {
                store.remove(now.place(goes.backup()).manifest());
                applied.removed().add(goes.backup().id().value());
            } else {
                waiting.add(goes.backup());
            }
        }
    }

    private void refuseUnlessThere(BackupPlace place) {
        if (store.stat(place.manifest()).isEmpty()) {
            throw new Refusal(Reason.UNKNOWN, "there is no backup " + place.id());
        }
    }

    /** Backups that go, but not now: neither does what they rest on. */
    private static final class Waiting {
        private final Set<String> needed = new HashSet<>();

        void add(BackupFacts backup) {
            backup.chain().forEach(id -> needed.add(backup.incarnation() + "/" + id));
        }

        boolean needs(BackupFacts backup) {
            return needed.contains(backup.incarnation() + "/" + backup.id());
        }
    }

    /** The catalog at one moment. */
    private final class View {
        private final Listing listing;
        private final TreeMap<BackupFacts, Known> facts = new TreeMap<>();
        private final TreeMap<BackupFacts, BackupPlace> places = new TreeMap<>();

        View(Listing listing) {
            this.listing = listing;
            for (int i = 0; i < listing.backups().size(); i++) {
                Manifest manifest = listing.backups().get(i);
                Known known = listing.states().get(i);
                BackupFacts backup = BackupFacts.of(manifest, !known.damaged().isEmpty(), known.pinned());
                facts.put(backup, known);
                places.put(backup, manifest.place());
            }
        }

        RetentionPlan plan(RetentionPolicy policy) {
            return new RetentionPlanner().plan(facts.keySet(), policy, clock.instant());
        }

        Known known(BackupFacts backup) {
            return Objects.requireNonNull(facts.get(backup));
        }

        BackupPlace place(BackupFacts backup) {
            return Objects.requireNonNull(places.get(backup));
        }
    }
}
