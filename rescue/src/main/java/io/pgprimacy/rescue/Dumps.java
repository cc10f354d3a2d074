package io.pgprimacy.rescue;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.restore.RestoreRefused;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The logical backups in a bucket. */
record Dumps(List<DumpManifest> manifests, List<String> unreadable) {

    /** @param cluster a name, or empty for all */
    static Dumps in(Bucket bucket, String cluster) throws IOException {
        List<DumpManifest> manifests = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        String under = cluster.isEmpty() ? BackupPlace.CLUSTERS : BackupPlace.CLUSTERS + cluster + "/";
        for (String name : bucket.list(under)) {
            if (BackupPlace.ofManifest(name, Shelf.DUMPS).isPresent()) {
                try (InputStream in = bucket.open(name)) {
                    manifests.add(ManifestCodec.parseDump(name, in.readAllBytes()));
                } catch (RepositoryDamaged e) {
                    unreadable.add(e.getMessage());
                }
            }
        }
        manifests.sort(Comparator.comparing((DumpManifest m) -> m.cluster())
                .thenComparing(DumpManifest::incarnation)
                .thenComparing(DumpManifest::id));
        return new Dumps(List.copyOf(manifests), List.copyOf(unreadable));
    }

    /** @param id of one, or {@code latest} */
    Optional<DumpManifest> find(String id) {
        return id.equals("latest")
                ? manifests.reversed().stream().findFirst()
                : manifests.stream().filter(m -> m.id().value().equals(id)).findFirst();
    }

    /** Says what the id is instead, where it is something else. */
    static DumpManifest find(Bucket bucket, String cluster, String id) throws IOException {
        Dumps dumps = in(bucket, cluster);
        Optional<DumpManifest> found = dumps.find(id);
        if (found.isPresent()) {
            return found.get();
        }
        boolean physical = Backups.in(bucket, cluster).find(id).isPresent() && !id.equals("latest");
        throw new RestoreRefused(
                physical
                        ? "backup " + id + " is no logical one"
                        : "there is no logical backup " + id
                                + dumps.find("latest")
                                        .map(last -> "; the last one is " + last.id())
                                        .orElse(", nor any other"),
                physical ? "pgprimacy rescue restore restores it" : "pgprimacy rescue dump list shows what there is");
    }
}
