package io.pgprimacy.worker.transfer;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.restore.NoSuchObject;
import io.pgprimacy.backup.restore.ObjectSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a backup asks of the storage service ({@code docs/reference/storage-api.md}), and the uploads that it was granted. */
public final class StorageClient implements ObjectSource {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration CONNECT_BOUND = Duration.ofSeconds(10);
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(90);
    /** A part of 8 MiB at 100 kB/s. */
    private static final Duration UPLOAD_BOUND = Duration.ofSeconds(90);

    private static final int THERE_ALREADY = 412;
    private static final int TOO_MANY = 429;
    private static final int SERVER_FAULT = 500;

    private final URI service;
    private final String token;
    private final BackupPlace place;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_BOUND)
            .build();

    public StorageClient(URI service, String token, BackupPlace place) {
        this.service = service;
        this.token = token;
        this.place = place;
    }

    /** As the store acknowledged it. */
    record Receipt(int number, String etag) {}

    /** Puts a small object. */
    public void put(String object, byte[] content) throws IOException {
        put(object, content, content.length, Part.of(content, content.length));
    }

    /** Puts an object in one piece. */
    void put(String object, byte[] content, int length, Part described) throws IOException {
        Map<String, Object> wanted =
                Map.of("object", object, "length", described.length(), "sha256", described.sha256());
        Attempts.run(() -> upload(ask("/puts", wanted), content, length, true));
    }

    String begin(String object) throws IOException {
        return Attempts.run(() -> ask("/uploads", Map.of("object", object)))
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
        return new Receipt(number, Attempts.run(() -> upload(ask("/parts", wanted), content, length, false)));
    }

    void complete(String object, String uploadId, List<Receipt> parts, long length) throws IOException {
        Map<String, Object> completion =
                Map.of("object", object, "uploadId", uploadId, "parts", parts, "length", length);
        Attempts.run(() -> ask("/completions", completion));
    }

    /** From here on it is a backup. */
    public void commit(byte[] manifest) throws IOException {
        Attempts.run(() -> answer(request("/manifest")
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(manifest))));
    }

    /** The cluster's backups, oldest first. */
    public List<Manifest> backups() throws IOException {
        JsonNode listing =
                Attempts.run(() -> answer(requestOfCluster("/backups").GET()));
        List<Manifest> backups = new ArrayList<>();
        for (JsonNode manifest : listing.get("backups")) {
            backups.add(Json.mapper().treeToValue(manifest, Manifest.class));
        }
        return backups;
    }

    /** A download that breaks off later is the caller's to begin again. */
    @Override
    public InputStream open(String name) throws IOException {
        return Attempts.run(() -> {
            String wanted = JSON.writeValueAsString(Map.of("names", List.of(name)));
            JsonNode grant = answer(requestOfCluster("/downloads")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(wanted)))
                    .get("grants")
                    .get(0);
            HttpRequest download = HttpRequest.newBuilder(
                            URI.create(grant.get("url").asString()))
                    .timeout(UPLOAD_BOUND)
                    .build();
            HttpResponse<InputStream> answer = http.send(download, BodyHandlers.ofInputStream());
            if (answer.statusCode() == 404) {
                throw new NoSuchObject(name);
            }
            if (answer.statusCode() != 200) {
                answer.body().close();
                throw new TransferFailed(
                        "the store answered " + answer.statusCode() + " to a download of " + name,
                        isPassing(answer.statusCode()));
            }
            return answer.body();
        });
    }

    private JsonNode ask(String what, Map<String, Object> body) throws IOException, InterruptedException {
        BodyPublisher json = BodyPublishers.ofString(JSON.writeValueAsString(body));
        return answer(request(what).header("Content-Type", "application/json").POST(json));
    }

    private JsonNode answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new TransferFailed(
                    "the storage service answered " + answer.statusCode() + ": " + answer.body(),
                    isPassing(answer.statusCode()));
        }
        return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
    }

    /** Returns the ETag. */
    private String upload(JsonNode grant, byte[] content, int length, boolean onlyOnce)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(grant.get("url").asString()))
                .timeout(UPLOAD_BOUND)
                .PUT(BodyPublishers.ofByteArray(content, 0, length));
        grant.get("headers")
                .properties()
                .forEach(h -> request.header(h.getKey(), h.getValue().asString()));
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        int status = answer.statusCode();
        // The directory is this backup's own: what is there already came of an attempt whose reply was lost.
        boolean done = status / 100 == 2 || (onlyOnce && status == THERE_ALREADY);
        if (!done) {
            // A grant may have expired while the machine was busy; the next attempt asks for another.
            throw new TransferFailed(
                    "the store answered " + status + " to an upload: " + answer.body(),
                    isPassing(status) || status == 403);
        }
        return answer.headers().firstValue("ETag").orElse("");
    }

    private HttpRequest.Builder request(String what) {
        return requestOfCluster("/" + place.incarnation() + "/backups/" + place.id() + what);
    }

    private HttpRequest.Builder requestOfCluster(String what) {
        return HttpRequest.newBuilder(service.resolve("/api/v1/clusters/" + place.cluster() + what))
                .timeout(ANSWER_BOUND)
                .header("Authorization", "Bearer " + token);
    }

    private static boolean isPassing(int status) {
        return status >= SERVER_FAULT || status == TOO_MANY;
    }
}
