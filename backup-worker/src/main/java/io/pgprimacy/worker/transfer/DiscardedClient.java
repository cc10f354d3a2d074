package io.pgprimacy.worker.transfer;

import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.wal.DiscardedPlace;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;

/**
 * What is asked of the storage service to store discarded WAL ({@code docs/reference/storage-api.md}). Repeated for a few seconds only: a node waits
 * for it to come back into the cluster, and the agent tries again later.
 */
public final class DiscardedClient implements DiscardedStore {
    /** With the pauses between them, about ten seconds. */
    private static final int ATTEMPTS = 6;

    private final StorageRequests requests;
    private final DiscardedPlace place;
    private final String directory;

    public DiscardedClient(URI service, String token, DiscardedPlace place) {
        this.requests = new StorageRequests(service, token, place.cluster());
        this.place = place;
        this.directory = "/" + place.incarnation() + "/discarded/" + place.id();
    }

    @Override
    public boolean put(String name, StoredBytes content, Part described) throws IOException {
        Map<String, Object> wanted = Map.of(
                "object", name.substring(place.directory().length()),
                "length", described.length(),
                "sha256", described.sha256());
        return Attempts.run(
                ATTEMPTS,
                () -> requests.put(requests.ask(directory + "/puts", wanted), content.publisher())
                                .statusCode()
                        != StorageRequests.THERE_ALREADY);
    }

    @Override
    public void commit(byte[] summary) throws IOException {
        Attempts.run(
                ATTEMPTS,
                () -> requests.answer(requests.request(directory + "/summary")
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofByteArray(summary))));
    }

    /** Once: who reads begins again where that makes sense. */
    @Override
    public InputStream open(String name) throws IOException {
        return Attempts.run(1, () -> requests.openOnce(name));
    }
}
