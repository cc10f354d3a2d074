package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.retention.RetentionPolicy;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.FaultyS3.Fault;
import io.pgprimacy.storage.repository.Catalog;
import io.pgprimacy.storage.repository.Expiry;
import io.pgprimacy.storage.repository.Verification;
import io.pgprimacy.storage.repository.Verification.Limits;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A store that is slow, says 503, cuts connections, loses replies after it has done what they were about, or cuts bodies short. Whatever was
 * acknowledged is there, and whatever is listed is whole; everything else fails cleanly and in bounded time.
 */
@Timeout(180)
class MisbehavingStoreTest extends ServiceTest {
    private static final ClusterId DEMO = new ClusterId("demo");
    private static final int ATTEMPTS = 40;

    private FaultyS3 faulty;
    private ObjectStore sound;

    @BeforeEach
    void begin() throws IOException {
        RetentionServiceTest.empty(s3.bucket());
        faulty = new FaultyS3(s3.uri());
        endpoint = faulty.uri();
        sound = directStore(s3.uri());
    }

    @AfterEach
    void end() {
        sound.close();
        faulty.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SLOW", "UNAVAILABLE", "CUT", "LOST_REPLY", "TRUNCATED"})
    void backupsAreTakenListedVerifiedAndExpiredAllTheSame(Fault fault) throws Exception {
        start(
                "direct",
                "--pgprimacy.storage.s3.timeout=2s",
                // Of a quarter of all requests, so the pauses would be most of the test.
                "--resilience4j.retry.instances.store.wait-duration=10ms",
                // The breaker is another test's.
                "--resilience4j.circuitbreaker.instances.store.minimum-number-of-calls=100000");
        SplittableRandom random = new SplittableRandom(fault.name().hashCode());
        faulty.faults = (_, _) -> random.nextInt(4) == 0 ? fault : Fault.NONE;

        BackupPlace full = persistently(() -> backup(NOW));
        BackupPlace increment = persistently(() -> backup(NOW.plusSeconds(60), full));
        assertThat(listed()).contains(full, increment);
        String listing = persistently(() -> answered(get("/api/v1/clusters/demo/backups", TOKEN)));
        assertThat(listing).contains(full.id().value()).contains(increment.id().value());

        String verified = "";
        for (int i = 0; i < ATTEMPTS && !listing.contains("\"verified\" : \"2"); i++) {
            verified = persistently(() -> answered(send(
                    "POST", "/api/v1/clusters/demo/verifications", "{\"seconds\":5,\"bytesPerSecond\":0}", OPERATOR)));
            listing = persistently(() -> answered(get("/api/v1/clusters/demo/backups", TOKEN)));
        }
        assertThat(verified).as("nothing is damaged, whatever the wire does").contains("\"damaged\":[]");

        BackupPlace newest = persistently(() -> backup(NOW.plusSeconds(120)));
        RetentionPolicy one = new RetentionPolicy(1, Duration.ZERO, 0, 0, 0);
        ObjectStore store = service.getBean(ObjectStore.class);
        for (int day : List.of(0, 2)) {
            persistently(
                    () -> new Expiry(store, new Catalog(store, null), later(Duration.ofDays(day)), Duration.ofDays(1))
                            .apply(DEMO, one, "ann", "tests"));
        }
        // One whose reply was lost may be the newest: its id is as young.
        String second = newest.id().value().substring(0, "20261123T155003Z".length());
        assertThat(listed())
                .hasSize(1)
                .allSatisfy(place -> assertThat(place.id().value()).startsWith(second));
        faulty.faults = (_, _) -> Fault.NONE;
        new Verification(sound, new Catalog(sound, null), Clock.systemUTC())
                .run(DEMO, new Limits(Duration.ofMinutes(1), 0));
        assertThat(new Catalog(sound, null).list(DEMO).states())
                .allSatisfy(known -> assertThat(known.damaged()).isEmpty());
    }

    @Test
    void aStoreThatIgnoresConditionsIsRefusedBeforeAnythingIsPut() throws Exception {
        faulty.faults = (_, _) -> Fault.CONDITION_IGNORED;
        start("direct");
        HttpResponse<String> answer = post(backup("/puts"), put("data/00000001", new byte[1]), TOKEN);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("store-refused").contains("If-None-Match");
        assertThat(get("/actuator/health", TOKEN).body()).contains("If-None-Match");
    }

    /** Four attempts of two seconds each would be eight. */
    @Test
    void aStoreThatHangsIsGivenUpInTheTimeOfOneRequest() throws Exception {
        start("direct", "--pgprimacy.storage.s3.timeout=2s");
        faulty.faults = (_, _) -> {
            hang();
            return Fault.CUT;
        };
        long begun = System.nanoTime();
        HttpResponse<String> answer = get("/api/v1/clusters/demo/backups", TOKEN);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void malformedRequestsDoNotOpenTheBreaker() throws Exception {
        start("direct");
        for (int i = 0; i < 30; i++) {
            post(
                    backup("/completions"),
                    JSON.writeValueAsString(Map.of(
                            "object",
                            "data/00000001",
                            "uploadId",
                            "u",
                            "parts",
                            List.of(Map.of("number", -1, "etag", "x")),
                            "length",
                            1)),
                    TOKEN);
        }
        assertThat(get("/api/v1/clusters/demo/backups", TOKEN).statusCode()).isEqualTo(200);
    }

    private static void hang() {
        try {
            Thread.sleep(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<BackupPlace> listed() {
        return new Catalog(sound, null)
                .list(DEMO).backups().stream().map(m -> m.place()).toList();
    }

    private static String answered(HttpResponse<String> answer) {
        if (answer.statusCode() / 100 == 5) {
            throw new StoreUnavailable(answer.body());
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws Exception;
    }

    /** As an agent or a coordinator would: again, until it works, but not for ever. */
    private static <T> T persistently(Work<T> work) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.run();
            } catch (StoreUnavailable | IOException | AssertionError e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
