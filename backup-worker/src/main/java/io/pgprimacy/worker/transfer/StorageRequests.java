package io.pgprimacy.worker.transfer;

import io.pgprimacy.backup.restore.NoSuchObject;
import io.pgprimacy.backup.restore.ObjectSource;
import io.pgprimacy.core.id.ClusterId;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests to the storage service for one cluster, each bounded in time, and the transfers that it grants. Sends each once. */
final class StorageRequests implements ObjectSource {
    static final int THERE_ALREADY = 412;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration CONNECT_BOUND = Duration.ofSeconds(10);
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(90);
    /** A part of 6 MiB at 70 kB/s. */
    private static final Duration UPLOAD_BOUND = Duration.ofSeconds(90);

    private static final int TOO_MANY = 429;
    private static final int EXPIRED = 403;
    private static final int AT_THE_SAME_TIME = 409;
    private static final int SERVER_FAULT = 500;

    /** The trace of the operation that this process works for, as OpenTelemetry wants it handed from one process to the next. */
    private static final Optional<String> TRACE_PARENT = Optional.ofNullable(System.getenv("TRACEPARENT"));

    private final URI service;
    private final String token;
    private final ClusterId cluster;
    private final String downloads;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_BOUND)
            .build();

    StorageRequests(URI service, String token, ClusterId cluster) {
        this(service, token, cluster, "/downloads");
    }

    /** @param downloads below the cluster's own; where objects that are read are granted */
    StorageRequests(URI service, String token, ClusterId cluster, String downloads) {
        this.service = service;
        this.token = token;
        this.cluster = cluster;
        this.downloads = downloads;
    }

    /** @param path below the cluster's own */
    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve("/api/v1/clusters/" + cluster + path))
                .timeout(ANSWER_BOUND)
                .header("Authorization", "Bearer " + token);
        TRACE_PARENT.ifPresent(parent -> request.header("traceparent", parent));
        return request;
    }

    JsonNode ask(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return answer(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    JsonNode answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new TransferFailed(
                    "the storage service answered " + answer.statusCode() + ": " + answer.body(),
                    isPassing(answer.statusCode()));
        }
        return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
    }

    /** Sends what was granted; an answer that it is {@link #THERE_ALREADY} is returned, any other that is no success is thrown. */
    HttpResponse<String> put(JsonNode grant, BodyPublisher content) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(grant.get("url").asString()))
                .timeout(UPLOAD_BOUND)
                .PUT(content);
        grant.get("headers")
                .properties()
                .forEach(h -> request.header(h.getKey(), h.getValue().asString()));
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        int status = answer.statusCode();
        if (status / 100 != 2 && status != THERE_ALREADY) {
            // A grant may have expired while the machine was busy; the next attempt asks for another.
            throw new TransferFailed(
                    "the store answered " + status + " to an upload: " + answer.body(),
                    isPassing(status) || status == EXPIRED || status == AT_THE_SAME_TIME);
        }
        return answer;
    }

    /** Repeated for some minutes; a download that breaks off later is the caller's to begin again. */
    @Override
    public InputStream open(String name) throws IOException {
        return Attempts.run(() -> openOnce(name));
    }

    InputStream openOnce(String name) throws IOException, InterruptedException {
        JsonNode grant =
                ask(downloads, Map.of("names", List.of(name))).get("grants").get(0);
        HttpRequest download = HttpRequest.newBuilder(
                        URI.create(grant.get("url").asString()))
                .timeout(UPLOAD_BOUND)
                .build();
        HttpResponse<InputStream> answer = http.send(download, BodyHandlers.ofInputStream());
        if (answer.statusCode() == 404) {
            answer.body().close();
            throw new NoSuchObject(name);
        }
        if (answer.statusCode() != 200) {
            answer.body().close();
            throw new TransferFailed(
                    "the store answered " + answer.statusCode() + " to a download of " + name,
                    isPassing(answer.statusCode()));
        }
        return answer.body();
    }

    private static boolean isPassing(int status) {
        return status >= SERVER_FAULT || status == TOO_MANY;
    }
}
