package io.pgprimacy.rescue;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ManifestCodec;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The backups in a bucket. */
record Backups(List<Manifest> manifests, List<String> unreadable) {

    /** @param cluster a name, or empty for all */
    static Backups in(Bucket bucket, String cluster) throws IOException {
        List<Manifest> manifests = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        String under = cluster.isEmpty() ? BackupPlace.CLUSTERS : BackupPlace.CLUSTERS + cluster + "/";
        for (String name : bucket.list(under)) {
            if (BackupPlace.ofManifest(name, Shelf.BACKUPS).isPresent()) {
                try (InputStream in = bucket.open(name)) {
                    manifests.add(ManifestCodec.parse(name, in.readAllBytes()));
                } catch (RepositoryDamaged e) {
                    unreadable.add(e.getMessage());
                }
            }
        }
        manifests.sort(Comparator.comparing((Manifest m) -> m.cluster())
                .thenComparing(Manifest::incarnation)
                .thenComparing(Manifest::id));
        return new Backups(List.copyOf(manifests), List.copyOf(unreadable));
    }

    /** @param id of one, or {@code latest} */
    Optional<Manifest> find(String id) {
        return id.equals("latest")
                ? manifests.isEmpty() ? Optional.empty() : Optional.of(manifests.getLast())
                : manifests.stream().filter(m -> m.id().value().equals(id)).findFirst();
    }
}
