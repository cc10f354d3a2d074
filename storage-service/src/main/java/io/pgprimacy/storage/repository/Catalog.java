package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.BackupStates.Note;
import io.pgprimacy.storage.repository.BackupStates.Proof;
import io.pgprimacy.storage.repository.BackupStates.State;
import io.pgprimacy.storage.repository.CheckRecord.Damage;
import io.pgprimacy.storage.repository.Refusal.Reason;
import io.pgprimacy.storage.store.ObjectStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * The backups that there are, read from the bucket alone. Which ones exist is asked of it each time, by their directories: what lies in
 * those, and all WAL, is not gone through.
 */
public final class Catalog {
    private static final Pattern OBJECT = Pattern.compile("[\\x21-\\x7e&&[^/]]+(/[\\x21-\\x7e&&[^/]]+)*");
    private static final int LONGEST_NAME = 900;

    private final ObjectStore store;
    private final Transfers transfers;
    private final BackupStates states;
    private final CheckRecords checks;
    private final Notes notes;
    private final Manifests<Manifest> backups;
    private final Manifests<DumpManifest> dumps;

    public Catalog(ObjectStore store, Transfers transfers) {
        this.store = store;
        this.transfers = transfers;
        this.states = new BackupStates(store);
        this.checks = new CheckRecords(store);
        this.notes = new Notes(states);
        Documents documents = new Documents(store);
        this.backups = new Manifests<>(store, documents::manifest, Manifest::place);
        this.dumps = new Manifests<>(store, documents::dump, DumpManifest::place);
    }

    /**
     * What is known of a backup beyond its manifest.
     *
     * @param pin who said that it must stay; empty where nobody did
     * @param expiring whether the retention policy does not keep it
     * @param expired since when, and who had the policy applied
     * @param removing whether it is being removed: nothing should be built on it
     * @param verified when all of it was last hashed and compared, whatever that found
     * @param proven when a drill last restored it and found all of it right
     * @param damaged its objects that are not what was stored
     */
    public record Known(
            Incarnation incarnation,
            BackupId id,
            boolean pinned,
            Optional<Note> pin,
            boolean expiring,
            Optional<Note> expired,
            boolean removing,
            Optional<Instant> verified,
            Optional<Proof> proven,
            SortedMap<String, Damage> damaged) {}

    /**
     * @param backups oldest first
     * @param states of the same backups, in the same order
     * @param unreadable manifests that cannot be read, with the reason; their backups may be whole all the same
     */
    public record Listing(List<Manifest> backups, List<Known> states, List<String> unreadable) {}

    /** The same of logical backups, which are in no {@link Listing}: nothing is recovered from them. */
    public record Dumps(List<DumpManifest> dumps, List<Known> states, List<String> unreadable) {}

    public Listing list(ClusterId cluster) {
        Manifests.All<Manifest> all = backups.of(cluster, directories(cluster, Shelf.BACKUPS));
        List<Manifest> oldestFirst = all.found().stream()
                .sorted(Comparator.comparing(Manifest::incarnation).thenComparing(Manifest::id))
                .toList();
        return new Listing(
                oldestFirst,
                about(cluster, oldestFirst.stream().map(Manifest::place).toList()),
                all.unreadable());
    }

    public Dumps dumps(ClusterId cluster) {
        Manifests.All<DumpManifest> all = dumps.of(cluster, directories(cluster, Shelf.DUMPS));
        List<DumpManifest> oldestFirst = all.found().stream()
                .sorted(Comparator.comparing(DumpManifest::incarnation).thenComparing(DumpManifest::id))
                .toList();
        return new Dumps(
                oldestFirst,
                about(cluster, oldestFirst.stream().map(DumpManifest::place).toList()),
                all.unreadable());
    }

    private List<BackupPlace> directories(ClusterId cluster, Shelf shelf) {
        return states.incarnations(cluster).stream()
                .flatMap(life -> states.directories(cluster, life, shelf).stream())
                .toList();
    }

    private List<Known> about(ClusterId cluster, List<BackupPlace> places) {
        if (places.isEmpty()) {
            return List.of();
        }
        Map<BackupPlace, Map<State, String>> remembered = states.list(cluster);
        return places.stream()
                .map(place -> about(place, remembered.getOrDefault(place, Map.of())))
                .toList();
    }

    /** Without what is suspect, damaged or being removed, and what rests on such; oldest first. */
    public List<Manifest> sound(ClusterId cluster) {
        Listing listing = list(cluster);
        Set<BackupPlace> unfit = new HashSet<>();
        for (int i = 0; i < listing.backups().size(); i++) {
            Known state = listing.states().get(i);
            if (listing.backups().get(i).hasWrongPages()
                    || state.removing()
                    || !state.damaged().isEmpty()) {
                unfit.add(listing.backups().get(i).place());
            }
        }
        return listing.backups().stream()
                .filter(b -> b.chain().stream()
                        .noneMatch(id -> unfit.contains(new BackupPlace(cluster, b.incarnation(), id))))
                .toList();
    }

    /** Refused where there is no such backup, or it goes. */
    public void prove(BackupPlace place, Proof proof) {
        if (store.stat(place.manifest()).isEmpty()) {
            throw new Refusal(Reason.UNKNOWN, "there is no backup " + place.id());
        }
        if (states.is(place, State.REMOVAL)) {
            throw new Refusal(Reason.TOO_LATE, "backup " + place.id() + " is being removed");
        }
        states.prove(place, proof);
    }

    /** @param name full name in the repository, of an object of that cluster */
    public Grant download(ClusterId cluster, String name) {
        boolean plain = name.length() <= LONGEST_NAME
                && OBJECT.matcher(name).matches()
                && !name.contains("/./")
                && !name.contains("..");
        if (!plain || !name.startsWith(BackupPlace.CLUSTERS + cluster + "/")) {
            throw new Refusal(Reason.NAME_NOT_ALLOWED, name + " is not an object of cluster " + cluster);
        }
        return transfers.get(name);
    }

    private Known about(BackupPlace place, Map<State, String> remembered) {
        CheckRecord record = Optional.ofNullable(remembered.get(State.CHECKED))
                .map(etag -> checks.read(place, etag))
                .orElseGet(CheckRecord::none);
        return new Known(
                place.incarnation(),
                place.id(),
                remembered.containsKey(State.PIN),
                notes.read(place, State.PIN, remembered),
                remembered.containsKey(State.EXPIRED),
                notes.read(place, State.EXPIRED, remembered),
                remembered.containsKey(State.REMOVAL),
                record.verified(),
                remembered.containsKey(State.PROVEN) ? states.proof(place) : Optional.empty(),
                record.damaged());
    }
}
