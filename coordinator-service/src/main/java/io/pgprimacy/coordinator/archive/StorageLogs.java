package io.pgprimacy.coordinator.archive;

import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.coordinator.storage.StorageCatalog.NotThere;
import io.pgprimacy.coordinator.storage.StorageOperator;
import io.pgprimacy.coordinator.storage.StorageOperator.Refused;
import io.pgprimacy.core.id.ClusterId;
import java.util.List;

/** The storage service, as docs/reference/storage-api.md has it. */
public final class StorageLogs implements LogStore {
    private final StorageOperator storage;

    public StorageLogs(StorageOperator storage) {
        this.storage = storage;
    }

    private record Logs(List<StoredLog> logs) {}

    @Override
    public List<StoredLog> logs(ClusterId cluster) throws NotThere, Refused {
        return Json.mapper().treeToValue(storage.logs(cluster), Logs.class).logs();
    }

    @Override
    public String stretch(LogPlace place) throws NotThere, Refused {
        return storage.stretch(place);
    }

    @Override
    public void append(LogStretch stretch) throws NotThere, Refused {
        storage.append(stretch);
    }
}
