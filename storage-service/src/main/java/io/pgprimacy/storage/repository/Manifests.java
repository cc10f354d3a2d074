package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The manifests of one shelf. One never changes, so one that was read is kept; whether it is still there is asked each time. */
final class Manifests<M> {
    private final ObjectStore store;
    private final Reader<M> reader;
    private final Function<M, BackupPlace> place;
    private final Map<BackupPlace, M> known = new ConcurrentHashMap<>();

    /** Empty where there is none. */
    @FunctionalInterface
    interface Reader<M> {
        Optional<M> read(BackupPlace place) throws RepositoryDamaged;
    }

    /** @param unreadable those that cannot be read, with the reason */
    record All<M>(List<M> found, List<String> unreadable) {}

    Manifests(ObjectStore store, Reader<M> reader, Function<M, BackupPlace> place) {
        this.store = store;
        this.reader = reader;
        this.place = place;
    }

    /** @param directories of the cluster, all that there are */
    All<M> of(ClusterId cluster, List<BackupPlace> directories) {
        List<M> found = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        for (BackupPlace directory : directories) {
            try {
                read(directory).ifPresent(found::add);
            } catch (RepositoryDamaged e) {
                unreadable.add(directory.manifest() + ": " + e.getMessage());
            }
        }
        List<BackupPlace> there = found.stream().map(place).toList();
        known.keySet().removeIf(k -> k.cluster().equals(cluster) && !there.contains(k));
        return new All<>(found, List.copyOf(unreadable));
    }

    /** Empty where there is none: it is being taken, was abandoned, or is gone. */
    private Optional<M> read(BackupPlace directory) throws RepositoryDamaged {
        M before = known.get(directory);
        if (before != null && store.stat(directory.manifest()).isPresent()) {
            return Optional.of(before);
        }
        Optional<M> manifest = reader.read(directory);
        manifest.ifPresentOrElse(m -> known.put(directory, m), () -> known.remove(directory));
        return manifest;
    }
}
