package io.pgprimacy.storage.api;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import java.util.Locale;

/** What an address names. */
final class Places {
    private Places() {}

    /** @param shelf as in the address, {@code dumps} for instance */
    static BackupPlace of(String cluster, int incarnation, String shelf, String backup) {
        return new BackupPlace(
                new ClusterId(cluster),
                new Incarnation(incarnation),
                new BackupId(backup),
                Shelf.valueOf(shelf.toUpperCase(Locale.ROOT)));
    }
}
