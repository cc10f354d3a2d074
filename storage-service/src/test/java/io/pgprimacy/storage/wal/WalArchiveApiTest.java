package io.pgprimacy.storage.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.storage.S3Endpoint;
import io.pgprimacy.storage.StorageApplication;
import io.pgprimacy.storage.store.ObjectStore;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/** The WAL archive over HTTP, with a real S3 endpoint behind it; each test has an incarnation of its own. */
class WalArchiveApiTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String TOKEN = "t".repeat(32);
    private static final String FIRST = "00000001/segments/000000010000000000000001";

    private static S3Endpoint s3;
    private static int incarnations;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String wal = "/api/v1/clusters/demo/" + ++incarnations + "/wal";
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
    void whatWasPutIsReported(String transfer) throws Exception {
        start(transfer);
        assertThat(declare(1, 1)).isEqualTo(204);
        assertThat(declare(1, 1)).as("the same again").isEqualTo(204);
        for (String object : List.of(
                FIRST,
                "00000001/segments/000000010000000000000002",
                "00000001/segments/000000010000000000000004",
                "00000001/slices/000000010000000000000005/00000000-00000400")) {
            assertThat(put(object, 1, 1)).as(object).isEqualTo(200);
        }
        JsonNode timeline = report().get("timelines").get(0);
        assertThat(timeline.get("segments").toString())
                .isEqualTo(
                        "[{\"start\":\"0/1000000\",\"end\":\"0/3000000\"},{\"start\":\"0/4000000\",\"end\":\"0/5000000\"}]");
        assertThat(timeline.get("coverage").get(1).get("end").asString()).isEqualTo("0/5000400");
        assertThat(timeline.get("holes").toString()).isEqualTo("[{\"start\":\"0/3000000\",\"end\":\"0/4000000\"}]");
        assertThat(report().get("terms").get(0).get("systemIdentifier").asString())
                .isEqualTo("7561283445123456789");
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "relay"})
    void nothingIsOverwritten(String transfer) throws Exception {
        start(transfer);
        declare(1, 1);
        assertThat(put(FIRST, 1, 1)).isEqualTo(200);
        assertThat(put(FIRST, 1, 1)).isEqualTo(412);
    }

    @Test
    void onlyNamesOfTheArchiveAreGranted() throws Exception {
        start("direct");
        declare(3, 2);
        for (String object : List.of(
                "",
                "../x",
                "terms/0000000000000009-00000001.json",
                "00000002/segments/000000010000000000000001",
                "00000003/segments/000000030000000000000001",
                "00000000/segments/000000000000000000000001",
                "00000001/segments/000000010000000000000001.ok",
                "days/20261123-3f9c02aa/keys/x.json")) {
            assertThat(grant(object, 3, 2).statusCode()).as(object).isEqualTo(403);
        }
        for (String object : List.of(
                FIRST,
                "00000002/history",
                "00000001/segments/000000010000000000000001.partial",
                "days/20261123-3f9c02aa/keys/3f9c02aa3f9c02aa.json")) {
            assertThat(grant(object, 3, 2).statusCode()).as(object).isEqualTo(200);
        }
    }

    @Test
    void anOlderTermAddsNothing() throws Exception {
        start("direct");
        assertThat(grant(FIRST, 1, 1).body()).contains("stale-term").contains("not declared");
        declare(1, 1);
        assertThat(put(FIRST, 1, 1)).isEqualTo(200);
        assertThat(declare(2, 2)).isEqualTo(204);
        assertThat(grant("00000001/segments/000000010000000000000002", 1, 1).body())
                .contains("stale-term");
        assertThat(declare(1, 1)).as("the older one again").isEqualTo(409);
        assertThat(declare(3, 1)).as("a newer term on an older timeline").isEqualTo(409);
        assertThat(put("00000001/segments/000000010000000000000002", 2, 2))
                .as("the new primary heals the old timeline")
                .isEqualTo(200);
    }

    @Test
    void anotherInstanceLearnsOfANewTermInTime() throws Exception {
        start("direct");
        declare(1, 1);
        assertThat(put(FIRST, 1, 1)).isEqualTo(200);
        ConfigurableApplicationContext first = service;
        start("direct");
        declare(2, 2);
        service.close();
        service = first;
        long end = System.nanoTime() + WalTerms.KNOWN_FOR.multipliedBy(3).toNanos();
        while (grant(FIRST, 1, 1).statusCode() == 200) {
            assertThat(System.nanoTime()).as("the older term goes on").isLessThan(end);
        }
        assertThat(grant(FIRST, 1, 1).body()).contains("stale-term");
    }

    @Test
    void anotherDatabaseSystemIsRefused() throws Exception {
        start("direct");
        declare(1, 1);
        Map<String, Object> other = term(2, 2);
        other.put("systemIdentifier", "42");
        HttpResponse<String> answer = post(wal + "/terms", other);
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("other-system").contains("7561283445123456789");
    }

    @Test
    void slicesGoWhenTheirSegmentIsWholeAndOldEnough() throws Exception {
        start("direct");
        declare(1, 1);
        put("00000001/slices/000000010000000000000001/00000000-00000400", 1, 1);
        put("00000001/slices/000000010000000000000002/00000000-00000400", 1, 1);
        put(FIRST, 1, 1);
        ObjectStore store = service.getBean(ObjectStore.class);
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
        assertThat(new SupersededSlices(store, later, Duration.ofHours(2)).collect())
                .isZero();
        assertThat(new SupersededSlices(store, later, Duration.ofMinutes(30)).collect())
                .isEqualTo(1);
        assertThat(report().get("timelines")
                        .get(0)
                        .get("coverage")
                        .get(0)
                        .get("end")
                        .asString())
                .isEqualTo("0/2000400");
    }

    private void start(String transfer) throws Exception {
        String port = "" + freePort();
        service = SpringApplication.run(
                StorageApplication.class,
                "--server.port=" + port,
                "--server.address=127.0.0.1",
                "--pgprimacy.storage.s3.endpoint=" + s3.uri(),
                "--pgprimacy.storage.s3.bucket=" + S3Endpoint.BUCKET,
                "--pgprimacy.storage.s3.access-key=" + S3Endpoint.ACCESS_KEY,
                "--pgprimacy.storage.s3.secret-key=" + S3Endpoint.SECRET_KEY,
                "--pgprimacy.storage.tokens.demo=" + TOKEN,
                "--pgprimacy.storage.transfer=" + transfer,
                "--pgprimacy.storage.base-url=http://127.0.0.1:" + port,
                "--pgprimacy.storage.relay-secret=" + "r".repeat(32));
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Map<String, Object> term(long term, long timeline) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("term", term);
        body.put("timeline", timeline);
        body.put("systemIdentifier", "7561283445123456789");
        body.put("walSegmentSize", 16 * 1024 * 1024);
        body.put("version", 150018);
        return body;
    }

    private int declare(long term, long timeline) throws Exception {
        return post(wal + "/terms", term(term, timeline)).statusCode();
    }

    private HttpResponse<String> grant(String object, long term, long timeline) throws Exception {
        byte[] content = object.getBytes(StandardCharsets.US_ASCII);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        return post(
                wal + "/puts",
                Map.of(
                        "object",
                        object,
                        "length",
                        content.length,
                        "sha256",
                        sha256,
                        "term",
                        term,
                        "timeline",
                        timeline));
    }

    private int put(String object, long term, long timeline) throws Exception {
        JsonNode grant = JSON.readTree(grant(object, term, timeline).body());
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(grant.get("url").asString()));
        grant.get("headers")
                .properties()
                .forEach(h -> request.header(h.getKey(), h.getValue().asString()));
        return http.send(
                        request.PUT(HttpRequest.BodyPublishers.ofString(object)).build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private JsonNode report() throws Exception {
        return JSON.readTree(http.send(request(wal).build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private HttpResponse<String> post(String path, Map<String, ?> body) throws Exception {
        return http.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        String port = service.getEnvironment().getProperty("server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + TOKEN);
    }
}
