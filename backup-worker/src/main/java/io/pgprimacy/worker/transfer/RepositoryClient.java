package io.pgprimacy.worker.transfer;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.restore.ObjectSource;
import io.pgprimacy.backup.wal.WalListing;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What a restore asks of the storage service ({@code docs/reference/storage-api.md}), and the downloads that it was granted. */
public final class RepositoryClient implements ObjectSource {
    private final StorageRequests requests;
    private final Incarnation incarnation;

    public RepositoryClient(URI service, String token, ClusterId cluster, Incarnation incarnation) {
        this.requests = new StorageRequests(service, token, cluster);
        this.incarnation = incarnation;
    }

    /** Of this incarnation, oldest first, and nothing that is damaged, suspect or being removed. */
    public List<Manifest> soundBackups() throws IOException {
        JsonNode listing =
                Attempts.run(() -> requests.answer(requests.request("/backups").GET()));
        List<Manifest> sound = new ArrayList<>();
        for (int i = 0; i < listing.get("backups").size(); i++) {
            Manifest manifest = Json.mapper().treeToValue(listing.get("backups").get(i), Manifest.class);
            JsonNode state = listing.path("states").path(i);
            boolean isSound = !manifest.hasWrongPages()
                    && !state.path("removing").asBoolean(false)
                    && state.path("damaged").isEmpty();
            if (isSound && manifest.incarnation().equals(incarnation)) {
                sound.add(manifest);
            }
        }
        return sound;
    }

    public WalListing wal(Lsn from) throws IOException {
        return Attempts.run(() -> Json.mapper()
                .treeToValue(
                        requests.answer(requests.request("/" + incarnation + "/wal/objects?from=" + from)
                                .GET()),
                        WalListing.class));
    }

    /** That a drill has restored it and found all of it right, and how long it took until it was open. */
    public void prove(BackupPlace place, Duration recovered) throws IOException {
        Map<String, Object> proof = Map.of("seconds", recovered.toMillis() / 1000.0);
        Attempts.run(() -> requests.ask("/" + place.incarnation() + "/backups/" + place.id() + "/proof", proof));
    }

    @Override
    public InputStream open(String name) throws IOException {
        return requests.open(name);
    }
}
