package io.pgprimacy.worker.transfer;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.restore.ObjectSource;
import io.pgprimacy.backup.wal.WalListing;
import io.pgprimacy.backup.wal.WalPlace;
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
    private final String backups;
    private final String wal;

    public RepositoryClient(URI service, String token, ClusterId cluster, Incarnation incarnation) {
        this(new StorageRequests(service, token, cluster), incarnation, "/backups", "/" + incarnation + "/wal/objects");
    }

    private RepositoryClient(StorageRequests requests, Incarnation incarnation, String backups, String wal) {
        this.requests = requests;
        this.incarnation = incarnation;
        this.backups = backups;
        this.wal = wal;
    }

    /**
     * Reads what another cluster begins with, as that one is let.
     *
     * @param reader the cluster whose token is shown, and its life that begins
     * @param incarnation of the cluster that is read
     */
    public static RepositoryClient ofOrigin(URI service, String token, WalPlace reader, Incarnation incarnation) {
        String origin = "/" + reader.incarnation() + "/origin";
        return new RepositoryClient(
                new StorageRequests(service, token, reader.cluster(), origin + "/downloads"),
                incarnation,
                origin + "/backups",
                origin + "/wal/objects");
    }

    /** Of this incarnation, oldest first, and nothing that is damaged, suspect or being removed. */
    public List<Manifest> soundBackups() throws IOException {
        JsonNode listing =
                Attempts.run(() -> requests.answer(requests.request(backups).GET()));
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
                        requests.answer(requests.request(wal + "?from=" + from).GET()), WalListing.class));
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
