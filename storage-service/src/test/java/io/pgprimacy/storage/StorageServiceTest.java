package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The whole service over HTTP, with a real S3 endpoint behind it. */
class StorageServiceTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String TOKEN = "t".repeat(32);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-11-23T15:50:03Z");

    private static S3Endpoint s3;

    private final HttpClient http = HttpClient.newHttpClient();
    private final MasterKeys masters = MasterKeys.of(MasterKey.generate(RANDOM));
    private final DataKey key = DataKey.generate(RANDOM);
    private final BackupPlace place =
            new BackupPlace(new ClusterId("demo"), Incarnation.FIRST, BackupId.at(NOW, RANDOM.nextInt()));
    private ConfigurableApplicationContext service;

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

    @ParameterizedTest
    @ValueSource(strings = {"direct", "relay"})
    void aBackupIsPutCommittedListedAndRead(String transfer) throws Exception {
        start(transfer);
        Map<String, byte[]> objects = objects();
        byte[] manifest = store(objects);

        assertThat(commit(manifest).statusCode()).isEqualTo(204);
        assertThat(commit(manifest).statusCode()).as("the same again").isEqualTo(204);

        JsonNode backups = JSON.readTree(
                        get("/api/v1/clusters/demo/backups", TOKEN).body())
                .get("backups");
        assertThat(backups.valueStream().map(b -> b.get("id").asString()))
                .contains(place.id().value());
        for (var object : objects.entrySet()) {
            JsonNode grant = granted(
                            "/api/v1/clusters/demo/downloads",
                            Map.of("names", List.of(place.directory() + object.getKey())))
                    .get("grants")
                    .get(0);
            HttpResponse<byte[]> read = http.send(
                    HttpRequest.newBuilder(URI.create(grant.get("url").asString()))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(read.body()).as(object.getKey()).isEqualTo(object.getValue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "relay"})
    void nothingButWhatWasGrantedCanBePut(String transfer) throws Exception {
        start(transfer);
        byte[] content = new byte[1000];
        JsonNode grant = grantPut("data/00000001", content);
        assertThat(send(grant, new byte[1001]).statusCode()).as("longer").isBetween(400, 499);
        assertThat(send(grant, content).statusCode()).isEqualTo(200);
        assertThat(send(grant, content).statusCode())
                .as("over an object that is there")
                .isBetween(400, 499);
        String elsewhere = grant.get("url")
                .asString()
                .replace("data/00000001", "data/00000002")
                .replace("/relay/ey", "/relay/ez");
        assertThat(send(withUrl(grant, elsewhere), content).statusCode())
                .as("another name")
                .isBetween(400, 499);
        for (String name : List.of("manifest.json", "../x", "data/1", "keys/x", "data/00000001/x")) {
            assertThat(post(backup("/puts"), put(name, content), TOKEN).statusCode())
                    .as(name)
                    .isEqualTo(403);
        }
    }

    @Test
    void anUploadWithoutItsConditionIsRefused() throws Exception {
        start("direct");
        JsonNode grant = grantPut("data/00000001", new byte[10]);
        HttpRequest bare = HttpRequest.newBuilder(URI.create(grant.get("url").asString()))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[10]))
                .build();
        assertThat(http.send(bare, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(403);
    }

    @Test
    void completingAgainIsNoFailureAndAnUnknownUploadIs() throws Exception {
        start("direct");
        byte[] content = new byte[6 * 1024 * 1024];
        RANDOM.nextBytes(content);
        String completion = upload("data/00000001", content, 5 * 1024 * 1024);
        assertThat(post(backup("/completions"), completion, TOKEN).statusCode()).isEqualTo(204);
        assertThat(post(backup("/completions"), completion, TOKEN).statusCode())
                .as("again")
                .isEqualTo(204);
        String other = completion.replace("data/00000001", "data/00000002");
        assertThat(post(backup("/completions"), other, TOKEN).statusCode()).isBetween(400, 499);
    }

    @Test
    void aTokenOpensItsOwnClusterOnly() throws Exception {
        start("direct");
        assertThat(get("/api/v1/clusters/demo/backups", TOKEN).statusCode()).isEqualTo(200);
        assertThat(get("/api/v1/clusters/demo/backups", "x".repeat(32)).statusCode())
                .isEqualTo(401);
        assertThat(get("/api/v1/clusters/other/backups", TOKEN).statusCode()).isEqualTo(401);
        HttpResponse<String> foreign = post(
                "/api/v1/clusters/demo/downloads",
                JSON.writeValueAsString(Map.of("names", List.of("clusters/other/1/x"))),
                TOKEN);
        assertThat(foreign.statusCode()).isEqualTo(403);
    }

    @Test
    void anIncompleteBackupIsNotCommitted() throws Exception {
        start("direct");
        Map<String, byte[]> objects = objects();
        byte[] manifest = store(objects);
        var file = s3.bucket().resolve("repository").resolve(place.data(1));
        byte[] data = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(data, data.length - 1));
        assertThat(commit(manifest).body()).contains("incomplete").contains("data/00000001");
        Files.delete(file);
        assertThat(commit(manifest).body()).contains("data/00000001 is not there");
        assertThat(get("/api/v1/clusters/demo/backups", TOKEN).body())
                .doesNotContain(place.id().value());
    }

    @Test
    void nothingIsAddedToACommittedBackup() throws Exception {
        start("direct");
        commit(store(objects()));
        assertThat(post(backup("/puts"), put("data/00000009", new byte[1]), TOKEN)
                        .body())
                .contains("already-committed");
        byte[] other = ManifestCodec.encode(manifest(objects()), DataKey.generate(RANDOM));
        assertThat(commit(other).body()).contains("already-committed");
    }

    @Test
    void onlyWhatWasAbandonedIsCollected() throws Exception {
        start("direct");
        store(objects());
        ObjectStore store = service.getBean(ObjectStore.class);
        assertThat(collect(store, Duration.ofHours(23)).directories()).isEmpty();
        assertThat(collect(store, Duration.ofHours(25)).directories()).contains(place.directory());
        assertThat(store.stat(place.data(1))).isEmpty();
        commit(store(objects()));
        assertThat(collect(store, Duration.ofHours(25)).directories()).doesNotContain(place.directory());
        assertThat(store.stat(place.data(1))).isPresent();
    }

    @Test
    void aStoreThatIsAwayIsSaidSoAndComesBack() throws Exception {
        start("direct");
        s3.kill();
        try {
            HttpResponse<String> answer = get("/api/v1/clusters/demo/backups", TOKEN);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("store-unavailable");
        } finally {
            s3.start();
        }
        assertThat(get("/api/v1/clusters/demo/backups", TOKEN).statusCode()).isEqualTo(200);
    }

    private void start(String transfer) throws IOException {
        int port = freePort();
        service = SpringApplication.run(
                StorageApplication.class,
                "--server.port=" + port,
                "--pgprimacy.storage.s3.endpoint=" + s3.uri(),
                "--pgprimacy.storage.s3.bucket=" + S3Endpoint.BUCKET,
                "--pgprimacy.storage.s3.prefix=repository/",
                "--pgprimacy.storage.s3.access-key=" + S3Endpoint.ACCESS_KEY,
                "--pgprimacy.storage.s3.secret-key=" + S3Endpoint.SECRET_KEY,
                "--pgprimacy.storage.tokens.demo=" + TOKEN,
                "--pgprimacy.storage.transfer=" + transfer,
                "--pgprimacy.storage.base-url=http://127.0.0.1:" + port,
                "--pgprimacy.storage.relay-secret=" + "r".repeat(32));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Garbage.Collected collect(ObjectStore store, Duration later) {
        return new Garbage(store, Clock.offset(Clock.systemUTC(), later), Duration.ofHours(24)).collect();
    }

    /** The objects of a backup of one empty group. */
    private Map<String, byte[]> objects() throws IOException {
        Map<String, byte[]> objects = new TreeMap<>();
        objects.put(
                "keys/" + masters.currentId() + ".json",
                Json.mapper().writeValueAsBytes(masters.wrap(key, place.directory())));
        byte[] data = new byte[7 * 1024 * 1024];
        Arrays.fill(data, (byte) 7);
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

    private Manifest manifest(Map<String, byte[]> objects) {
        return new Manifest(
                Manifest.FORMAT,
                place.id(),
                place.cluster(),
                place.incarnation(),
                BackupType.FULL,
                List.of(place.id()),
                new NodeId("a"),
                new Manifest.Source(
                        new SystemIdentifier("7"), 150018, 16 << 20, true, false, "replica", new TimelineId(1)),
                List.of(),
                new Manifest.Position(new Lsn(0x1000), NOW),
                new Manifest.Position(new Lsn(0x2000), NOW),
                List.of(new Manifest.WalRange(new TimelineId(1), new Lsn(0x1000), new Lsn(0x2000))),
                false,
                1,
                new Manifest.Totals(0, 0, 0, 0, 0),
                new StoredObject("objects", List.of(part(objects.get("objects")))));
    }

    /** Puts everything but the manifest, which it returns. */
    private byte[] store(Map<String, byte[]> objects) throws Exception {
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
    private String upload(String object, byte[] content, int partSize) throws Exception {
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

    private HttpResponse<String> commit(byte[] manifest) throws Exception {
        return http.send(
                request(backup("/manifest"), TOKEN)
                        .header("Content-Type", "application/octet-stream")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(manifest))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String backup(String what) {
        return "/api/v1/clusters/demo/1/backups/" + place.id() + what;
    }

    private JsonNode grantPut(String object, byte[] content) throws Exception {
        HttpResponse<String> answer = post(backup("/puts"), put(object, content), TOKEN);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static String put(String object, byte[] content) {
        return JSON.writeValueAsString(Map.of("object", object, "length", content.length, "sha256", sha256(content)));
    }

    private JsonNode granted(String path, Map<String, ?> body) throws Exception {
        HttpResponse<String> answer = post(path, JSON.writeValueAsString(body), TOKEN);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static JsonNode withUrl(JsonNode grant, String url) {
        return ((ObjectNode) grant.deepCopy()).put("url", url);
    }

    private HttpResponse<Void> send(JsonNode grant, byte[] content) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(grant.get("url").asString()));
        grant.get("headers")
                .properties()
                .forEach(h -> request.header(h.getKey(), h.getValue().asString()));
        return http.send(
                request.PUT(HttpRequest.BodyPublishers.ofByteArray(content)).build(),
                HttpResponse.BodyHandlers.discarding());
    }

    private HttpResponse<String> post(String path, String body, String token) throws Exception {
        return http.send(
                request(path, token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        return http.send(request(path, token).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String token) {
        String port = service.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token);
    }

    private static StoredObject.Part part(byte[] content) {
        return new StoredObject.Part(content.length, sha256(content));
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
