package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.storage.store.ObjectStore;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The whole service over HTTP, with a real S3 endpoint behind it. */
class StorageServiceTest extends ServiceTest {
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
        assertThat(collect(store, Duration.ofHours(25)).directories())
                .as("marked first")
                .isEmpty();
        assertThat(store.stat(place.data(1))).isPresent();
        assertThat(collect(store, Duration.ofHours(26)).directories()).contains(place.directory());
        assertThat(store.stat(place.data(1))).isEmpty();
        collect(store, Duration.ofHours(27));
        assertThat(Files.exists(s3.bucket().resolve("repository").resolve(place.state("abandoned"))))
                .isFalse();
        commit(store(objects()));
        collect(store, Duration.ofHours(25));
        assertThat(collect(store, Duration.ofHours(26)).directories()).doesNotContain(place.directory());
        assertThat(store.stat(place.data(1))).isPresent();
    }

    /** A host that was frozen for a day goes on in the moment in which its backup is being collected. */
    @Test
    void whatIsMarkedAsAbandonedIsNotCommitted() throws Exception {
        start("direct");
        byte[] manifest = store(objects(new byte[1000]));
        collect(service.getBean(ObjectStore.class), Duration.ofHours(25));
        assertThat(commit(manifest).body()).contains("too-late");
    }

    @Test
    void aStoreThatIsAwayIsSaidSoAndComesBack() throws Exception {
        start("direct");
        s3.kill();
        try {
            HttpResponse<String> answer = get("/api/v1/clusters/demo/backups", TOKEN);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("store-unavailable");
            assertThat(answer.headers().firstValue("Retry-After")).contains("5");
            assertThat(get("/actuator/health", TOKEN).statusCode()).isEqualTo(503);
        } finally {
            s3.start();
        }
        assertThat(get("/api/v1/clusters/demo/backups", TOKEN).statusCode()).isEqualTo(200);
    }

    /** Every one of them with a valid token: none is this service's fault, and none may look like it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "puts {}",
                "puts null",
                "puts []",
                "puts x",
                "puts {\"object\":null,\"length\":1,\"sha256\":null}",
                "puts {\"object\":\"data/00000001\",\"length\":-1,\"sha256\":\"x\"}",
                "puts {\"object\":\"data/00000001\",\"length\":1,\"sha256\":\"x\",\"more\":1}",
                "uploads {}",
                "parts {\"object\":\"data/00000001\",\"uploadId\":null,\"number\":1,\"length\":1,\"sha256\":\"x\"}",
                "parts {\"object\":\"data/00000001\",\"uploadId\":\"\",\"number\":1,\"length\":1,\"sha256\":\"SHA\"}",
                "parts {\"object\":\"data/00000001\",\"uploadId\":\"u\",\"number\":0,\"length\":1,\"sha256\":\"SHA\"}",
                "completions {\"object\":\"data/00000001\",\"uploadId\":\"u\",\"parts\":null,\"length\":1}",
                "completions {\"object\":\"data/00000001\",\"uploadId\":\"u\",\"parts\":[null],\"length\":1}",
                "completions {\"object\":\"data/00000001\",\"uploadId\":\"u\",\"parts\":[],\"length\":1}",
                "completions {\"object\":\"data/00000001\",\"uploadId\":\"\",\"parts\":[{\"number\":1,\"etag\":\"x\"}],\"length\":1}",
                "completions {\"object\":\"data/00000001\",\"uploadId\":\"u\",\"parts\":[{\"number\":1,\"etag\":null}],\"length\":1}",
                "completions {\"object\":\"data/00000001\",\"uploadId\":\"u\",\"parts\":[{\"number\":-7,\"etag\":\"x\"}],\"length\":1}",
                "manifest null",
                "manifest {}",
                "manifest x"
            })
    void malformedRequestsAreTheSendersFault(String request) throws Exception {
        start("direct");
        int space = request.indexOf(' ');
        String path = backup("/" + request.substring(0, space));
        String body = request.substring(space + 1).replace("SHA", "a".repeat(64));
        HttpResponse<String> answer = request.startsWith("manifest")
                ? commit(body.getBytes(StandardCharsets.UTF_8))
                : post(path, body, TOKEN);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
        assertThat(answer.body()).contains("\"code\"").contains("\"hint\"");
    }

    @Test
    void namesThatAreNoObjectsAreRefused() throws Exception {
        start("direct");
        List<String> names = new ArrayList<>(List.of(
                "",
                "clusters/demo",
                "clusters/demo/",
                "clusters/demo//x",
                "clusters/demo/./x",
                "clusters/demo/../other/x",
                "clusters/demo/%2e%2e/../x",
                "clusters/demo/\n",
                "clusters/demo/x?versionId=1 2"));
        names.add("clusters/demo/" + "x".repeat(1000));
        for (String name : names) {
            String body = JSON.writeValueAsString(Map.of("names", List.of(name)));
            assertThat(post("/api/v1/clusters/demo/downloads", body, TOKEN).statusCode())
                    .as(name)
                    .isEqualTo(403);
        }
        assertThat(post("/api/v1/clusters/demo/downloads", "{\"names\":[null]}", TOKEN)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aBodyThatIsTooLongIsNotRead() throws Exception {
        start("direct");
        assertThat(commit(new byte[3 * 1024 * 1024]).statusCode()).isEqualTo(413);
        HttpRequest unknownLength = request(backup("/manifest"), TOKEN)
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[10])))
                .build();
        assertThat(http.send(unknownLength, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(411);
    }

    /** A list that cannot be read will not be readable later: an agent must not ask again. */
    @Test
    void aListThatIsNoneIsTheAgentsFault() throws Exception {
        start("direct");
        Map<String, byte[]> objects = objects(new byte[1000]);
        objects.put("objects", "no list".getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer = commit(store(objects));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
        assertThat(answer.body()).contains("incomplete");
    }

    @Test
    void wrongPartsAreTheAgentsFault() throws Exception {
        start("direct");
        String completion = upload("data/00000001", new byte[6 * 1024 * 1024], 5 * 1024 * 1024);
        String wrong = completion.replaceAll("[0-9a-f]{32}", "0".repeat(32));
        assertThat(wrong).isNotEqualTo(completion);
        HttpResponse<String> answer = post(backup("/completions"), wrong, TOKEN);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
    }

    @Test
    void moreObjectsThanOnePageAreListed() throws Exception {
        start("direct");
        var directory = s3.bucket().resolve("repository").resolve(place.directory());
        Files.createDirectories(directory.resolve("data"));
        for (int i = 1; i <= 1003; i++) {
            Files.write(directory.resolve("data/%08d".formatted(i)), new byte[1]);
        }
        ObjectStore store = service.getBean(ObjectStore.class);
        List<String> names = new ArrayList<>();
        store.list(place.directory(), found -> names.add(found.name()));
        assertThat(names).hasSize(1003).isSorted().doesNotHaveDuplicates();
        collect(store, Duration.ofHours(25));
        assertThat(collect(store, Duration.ofHours(26)).objects()).isGreaterThanOrEqualTo(1003);
        assertThat(store.stat(place.data(1003))).isEmpty();
    }

    @Test
    void anIncrementOnAChainThatIsMadeUpIsRefused() throws Exception {
        start("direct");
        BackupPlace full = backup(NOW);
        BackupPlace increment = backup(NOW.plusSeconds(60), full);
        place = somePlace(NOW.plusSeconds(120));
        below = List.of(increment.id());
        assertThat(commit(store(objects(new byte[1000]))).body())
                .contains("incomplete")
                .contains("whose chain is");
    }
}
