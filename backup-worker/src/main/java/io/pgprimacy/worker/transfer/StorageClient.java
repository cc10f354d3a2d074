package io.pgprimacy.worker.transfer;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.restore.ObjectSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What a backup asks of the storage service ({@code docs/reference/storage-api.md}), and the uploads that it was granted. */
public final class StorageClient implements ObjectSource {
    private final StorageRequests requests;
    private final String backup;
    private final PartBuffers buffers = new PartBuffers();

    public StorageClient(URI service, String token, BackupPlace place) {
        this.requests = new StorageRequests(service, token, place.cluster());
        this.backup = "/" + place.incarnation() + (place.shelf() == Shelf.DUMPS ? "/dumps/" : "/backups/") + place.id();
    }

    PartBuffers buffers() {
        return buffers;
    }

    /** As the store acknowledged it. */
    record Receipt(int number, String etag) {}

    /** Puts a small object. */
    public void put(String object, byte[] content) throws IOException {
        put(object, content, content.length, Part.of(content, content.length));
    }

    /** Puts an object in one piece. The directory is this backup's own: what is there already came of an attempt whose reply was lost. */
    void put(String object, byte[] content, int length, Part described) throws IOException {
        Map<String, Object> wanted =
                Map.of("object", object, "length", described.length(), "sha256", described.sha256());
        Attempts.run(() -> requests.put(requests.ask(backup + "/puts", wanted), Upload.of(content, length)));
    }

    String begin(String object) throws IOException {
        return Attempts.run(() -> requests.ask(backup + "/uploads", Map.of("object", object)))
                .get("uploadId")
                .asString();
    }

    Receipt putPart(String object, String uploadId, int number, byte[] content, int length, Part described)
            throws IOException {
        Map<String, Object> wanted = Map.of(
                "object", object,
                "uploadId", uploadId,
                "number", number,
                "length", described.length(),
                "sha256", described.sha256());
        HttpResponse<String> sent = Attempts.run(() -> {
            HttpResponse<String> answer =
                    requests.put(requests.ask(backup + "/parts", wanted), Upload.of(content, length));
            if (answer.statusCode() == StorageRequests.THERE_ALREADY) {
                throw new TransferFailed("the store refused part " + number + " of " + object, false);
            }
            return answer;
        });
        return new Receipt(number, sent.headers().firstValue("ETag").orElse(""));
    }

    void complete(String object, String uploadId, List<Receipt> parts, long length) throws IOException {
        Map<String, Object> completion =
                Map.of("object", object, "uploadId", uploadId, "parts", parts, "length", length);
        Attempts.run(() -> requests.ask(backup + "/completions", completion));
    }

    /** From here on it is a backup. */
    public void commit(byte[] manifest) throws IOException {
        Attempts.run(() -> requests.answer(requests.request(backup + "/manifest")
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(manifest))));
    }

    /** The cluster's backups, oldest first. */
    public List<Manifest> backups() throws IOException {
        JsonNode listing =
                Attempts.run(() -> requests.answer(requests.request("/backups").GET()));
        List<Manifest> backups = new ArrayList<>();
        for (JsonNode manifest : listing.get("backups")) {
            backups.add(Json.mapper().treeToValue(manifest, Manifest.class));
        }
        return backups;
    }

    @Override
    public InputStream open(String name) throws IOException {
        return requests.open(name);
    }
}
