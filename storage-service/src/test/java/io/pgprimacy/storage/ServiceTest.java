package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.pgprimacy.backup.bundle.GroupIndex;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.MasterKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.format.ObjectList;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.storage.repository.Garbage;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A storage service in this process, over a real S3 endpoint in another, and what an agent and an operator send to it. */
abstract class ServiceTest {
    static final JsonMapper JSON = JsonMapper.shared();
    static final String TOKEN = "t".repeat(32);
    static final String OPERATOR = "o".repeat(32);
    static final SecureRandom RANDOM = new SecureRandom();
    static final Instant NOW = Instant.parse("2026-11-23T15:50:03Z");

    static S3Endpoint s3;

    final HttpClient http = HttpClient.newHttpClient();
    final MasterKeys masters = MasterKeys.of(MasterKey.generate(RANDOM));
    final DataKey key = DataKey.generate(RANDOM);
    BackupPlace place = somePlace(NOW);
    /** The backup that is taken next rests on these. */
    List<BackupId> below = List.of();

    Instant taken = NOW;
    Lsn startLsn = new Lsn(0x1000);
    URI endpoint;
    ConfigurableApplicationContext service;

    @BeforeAll
    static void startEndpoint() {
        s3 = new S3Endpoint();
    }

    @AfterAll
    static void stopEndpoint() {
        s3.close();
    }

    @AfterEach
    void stopService() {
        if (service != null) {
            service.close();
        }
    }

    static BackupPlace somePlace(Instant at) {
        return new BackupPlace(new ClusterId("demo"), Incarnation.FIRST, BackupId.at(at, RANDOM.nextInt()));
    }

    void start(String transfer, String... more) throws IOException {
        int port = freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=" + port,
                "--pgprimacy.storage.s3.endpoint=" + (endpoint == null ? s3.uri() : endpoint),
                "--pgprimacy.storage.operator-tokens.coordinator=" + OPERATOR,
                "--pgprimacy.storage.s3.bucket=" + S3Endpoint.BUCKET,
                "--pgprimacy.storage.s3.prefix=repository/",
                "--pgprimacy.storage.s3.access-key=" + S3Endpoint.ACCESS_KEY,
                "--pgprimacy.storage.s3.secret-key=" + S3Endpoint.SECRET_KEY,
                "--pgprimacy.storage.tokens.demo=" + TOKEN,
                "--pgprimacy.storage.transfer=" + transfer,
                "--pgprimacy.storage.base-url=http://127.0.0.1:" + port,
                "--pgprimacy.storage.relay-secret=" + "r".repeat(32)));
        arguments.addAll(List.of(more));
        service = SpringApplication.run(StorageApplication.class, arguments.toArray(String[]::new));
    }

    /** A small one at another place. */
    BackupPlace backup(Instant at, BackupPlace... chain) throws Exception {
        place = somePlace(at);
        taken = at;
        below = Stream.of(chain).map(BackupPlace::id).toList();
        Map<String, byte[]> objects = objects(new byte[1000]);
        byte[] manifest = store(objects);
        HttpResponse<String> answer = commit(manifest);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        return place;
    }

    HttpResponse<String> send(String method, String path, String body, String token) throws Exception {
        return http.send(
                request(path, token)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** One that gives up at once. */
    static ObjectStore directStore(URI uri) {
        return new ObjectStore(
                new StoreSettings(
                        uri,
                        uri,
                        "us-east-1",
                        S3Endpoint.BUCKET,
                        "repository/",
                        S3Endpoint.ACCESS_KEY,
                        S3Endpoint.SECRET_KEY,
                        Duration.ofSeconds(10)),
                Retry.of("test", RetryConfig.custom().maxAttempts(1).build()),
                CircuitBreaker.ofDefaults("test"),
                Bulkhead.ofDefaults("test"));
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static Garbage.Collected collect(ObjectStore store, Duration later) {
        return new Garbage(store, later(later), Duration.ofHours(24)).collect();
    }

    static Clock later(Duration later) {
        return Clock.offset(Clock.systemUTC(), later);
    }

    /** The objects of a backup of one empty group. */
    Map<String, byte[]> objects() throws IOException {
        byte[] data = new byte[7 * 1024 * 1024];
        Arrays.fill(data, (byte) 7);
        return objects(data);
    }

    Map<String, byte[]> objects(byte[] data) throws IOException {
        Map<String, byte[]> objects = new TreeMap<>();
        objects.put(
                "keys/" + masters.currentId() + ".json",
                Json.mapper().writeValueAsBytes(masters.wrap(key, place.directory())));
        objects.put("data/00000001", data);
        ByteArrayOutputStream index = new ByteArrayOutputStream();
        new GroupIndex().write(key, place.index(1), RANDOM, index);
        objects.put("index/00000001", index.toByteArray());
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        try (ObjectList.Writer writer = new ObjectList.Writer(list)) {
            for (String name : List.of("data/00000001", "index/00000001")) {
                writer.add(new StoredObject(name, List.of(part(objects.get(name)))));
            }
            writer.finish();
        }
        objects.put("objects", list.toByteArray());
        return objects;
    }

    Manifest manifest(Map<String, byte[]> objects) {
        return new Manifest(
                Manifest.FORMAT,
                place.id(),
                place.cluster(),
                place.incarnation(),
                below.isEmpty() ? BackupType.FULL : BackupType.INCREMENTAL,
                Stream.concat(below.stream(), Stream.of(place.id())).toList(),
                new NodeId("a"),
                new Manifest.Source(
                        new SystemIdentifier("7"), 150018, 16 << 20, true, false, "replica", new TimelineId(1)),
                List.of(),
                new Manifest.Position(startLsn, taken),
                new Manifest.Position(startLsn.plus(0x1000), taken),
                List.of(new Manifest.WalRange(new TimelineId(1), startLsn, startLsn.plus(0x1000))),
                false,
                1,
                new Manifest.Totals(0, 0, 0, 0, 0),
                new StoredObject("objects", List.of(part(objects.get("objects")))));
    }

    /** Puts everything but the manifest, which it returns. */
    byte[] store(Map<String, byte[]> objects) throws Exception {
        for (var object : objects.entrySet()) {
            if (object.getValue().length > 5 * 1024 * 1024) {
                String completion = upload(object.getKey(), object.getValue(), 5 * 1024 * 1024);
                assertThat(post(backup("/completions"), completion, TOKEN).statusCode())
                        .isEqualTo(204);
            } else {
                assertThat(send(grantPut(object.getKey(), object.getValue()), object.getValue())
                                .statusCode())
                        .isEqualTo(200);
            }
        }
        return ManifestCodec.encode(manifest(objects), key);
    }

    /** Uploads in parts, and returns what completes it. */
    String upload(String object, byte[] content, int partSize) throws Exception {
        String id = granted(backup("/uploads"), Map.of("object", object))
                .get("uploadId")
                .asString();
        List<Map<String, Object>> parts = new ArrayList<>();
        for (int at = 0; at < content.length; at += partSize) {
            byte[] part = Arrays.copyOfRange(content, at, Math.min(content.length, at + partSize));
            int number = parts.size() + 1;
            JsonNode grant = granted(
                    backup("/parts"),
                    Map.of(
                            "object",
                            object,
                            "uploadId",
                            id,
                            "number",
                            number,
                            "length",
                            part.length,
                            "sha256",
                            sha256(part)));
            HttpResponse<Void> answer = send(grant, part);
            assertThat(answer.statusCode()).isEqualTo(200);
            parts.add(Map.of(
                    "number",
                    number,
                    "etag",
                    answer.headers().firstValue("ETag").orElseThrow()));
        }
        return JSON.writeValueAsString(
                Map.of("object", object, "uploadId", id, "parts", parts, "length", content.length));
    }

    HttpResponse<String> commit(byte[] manifest) throws Exception {
        return http.send(
                request(backup("/manifest"), TOKEN)
                        .header("Content-Type", "application/octet-stream")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(manifest))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    String backup(String what) {
        return "/api/v1/clusters/demo/1/backups/" + place.id() + what;
    }

    JsonNode grantPut(String object, byte[] content) throws Exception {
        HttpResponse<String> answer = post(backup("/puts"), put(object, content), TOKEN);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    static String put(String object, byte[] content) {
        return JSON.writeValueAsString(Map.of("object", object, "length", content.length, "sha256", sha256(content)));
    }

    JsonNode granted(String path, Map<String, ?> body) throws Exception {
        HttpResponse<String> answer = post(path, JSON.writeValueAsString(body), TOKEN);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    static JsonNode withUrl(JsonNode grant, String url) {
        return ((ObjectNode) grant.deepCopy()).put("url", url);
    }

    HttpResponse<Void> send(JsonNode grant, byte[] content) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(grant.get("url").asString()));
        grant.get("headers")
                .properties()
                .forEach(h -> request.header(h.getKey(), h.getValue().asString()));
        return http.send(
                request.PUT(HttpRequest.BodyPublishers.ofByteArray(content)).build(),
                HttpResponse.BodyHandlers.discarding());
    }

    HttpResponse<String> post(String path, String body, String token) throws Exception {
        return http.send(
                request(path, token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String token) throws Exception {
        return http.send(request(path, token).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String path, String token) {
        String port = service.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token);
    }

    static StoredObject.Part part(byte[] content) {
        return new StoredObject.Part(content.length, sha256(content));
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
