package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.Refusal.Reason;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The backups that there are, read from the bucket alone. A manifest never changes, so one that was read is kept; which ones exist is asked
 * of the bucket each time.
 */
public final class Catalog {
    private static final int LARGEST_MANIFEST = 16 * 1024 * 1024;

    private final ObjectStore store;
    private final Transfers transfers;
    private final Map<BackupPlace, Manifest> known = new ConcurrentHashMap<>();

    public Catalog(ObjectStore store, Transfers transfers) {
        this.store = store;
        this.transfers = transfers;
    }

    /**
     * @param backups oldest first
     * @param unreadable manifests that cannot be read, with the reason; their backups may be whole all the same
     */
    public record Listing(List<Manifest> backups, List<String> unreadable) {}

    public Listing list(ClusterId cluster) {
        List<BackupPlace> places = new ArrayList<>();
        store.list(
                BackupPlace.CLUSTERS + cluster + "/",
                found -> BackupPlace.ofManifest(found.name()).ifPresent(places::add));
        known.keySet().removeIf(place -> place.cluster().equals(cluster) && !places.contains(place));
        List<Manifest> backups = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        for (BackupPlace place : places) {
            try {
                backups.add(read(place));
            } catch (RepositoryDamaged | Refusal e) {
                unreadable.add(place.manifest() + ": " + e.getMessage());
            }
        }
        backups.sort(Comparator.comparing(Manifest::incarnation).thenComparing(Manifest::id));
        return new Listing(List.copyOf(backups), List.copyOf(unreadable));
    }

    /** @param name full name in the repository, of an object of that cluster */
    public Grant download(ClusterId cluster, String name) {
        if (!name.startsWith(BackupPlace.CLUSTERS + cluster + "/") || name.contains("..")) {
            throw new Refusal(Reason.NAME_NOT_ALLOWED, name + " is not an object of cluster " + cluster);
        }
        return transfers.get(name);
    }

    private Manifest read(BackupPlace place) throws RepositoryDamaged {
        Manifest before = known.get(place);
        if (before != null) {
            return before;
        }
        try (InputStream in = store.open(place.manifest())
                .orElseThrow(() -> new Refusal(Reason.UNKNOWN, "it was removed meanwhile"))) {
            Manifest manifest = ManifestCodec.parse(place.manifest(), in.readNBytes(LARGEST_MANIFEST));
            if (!manifest.place().equals(place)) {
                throw new RepositoryDamaged(
                        "it is the manifest of " + manifest.place().directory());
            }
            known.put(place, manifest);
            return manifest;
        } catch (RepositoryDamaged e) {
            throw e;
        } catch (IOException e) {
            throw new StoreUnavailable("cannot read " + place.manifest() + ": " + e.getMessage(), e);
        }
    }
}
