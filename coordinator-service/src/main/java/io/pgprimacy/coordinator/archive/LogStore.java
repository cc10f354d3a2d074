package io.pgprimacy.coordinator.archive;

import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.coordinator.storage.StorageCatalog.NotThere;
import io.pgprimacy.coordinator.storage.StorageOperator.Refused;
import io.pgprimacy.core.id.ClusterId;
import java.util.List;

/** Where logs are kept. */
public interface LogStore {
    /** Of every life that has one, the oldest first. */
    List<StoredLog> logs(ClusterId cluster) throws NotThere, Refused;

    /** Its text, as it was found. */
    String stretch(LogPlace place) throws NotThere, Refused;

    /** The same again changes nothing; another one at its place is refused, and one that does not follow the last one. */
    void append(LogStretch stretch) throws NotThere, Refused;
}
