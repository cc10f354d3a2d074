package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.Catalog;
import io.pgprimacy.storage.repository.Catalog.Known;
import io.pgprimacy.storage.repository.Verification;
import io.pgprimacy.storage.repository.Verification.Limits;
import io.pgprimacy.storage.repository.Verification.Outcome;
import io.pgprimacy.storage.store.ObjectStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is stored is hashed by and by, and what has changed is found, without any key. */
class VerificationServiceTest extends ServiceTest {
    private static final ClusterId DEMO = new ClusterId("demo");
    private static final Limits MINUTE = new Limits(Duration.ofMinutes(1), 0);

    private ObjectStore store;

    @BeforeEach
    void begin() throws Exception {
        RetentionServiceTest.empty(s3.bucket());
        start("direct");
        store = service.getBean(ObjectStore.class);
    }

    @Test
    void aWholeBackupIsVerifiedAndTheCatalogSaysSo() throws Exception {
        BackupPlace full = backup(NOW);
        assertThat(known(full).verified()).isEmpty();
        HttpResponse<String> answer =
                send("POST", "/api/v1/clusters/demo/verifications", "{\"seconds\":30,\"bytesPerSecond\":0}", OPERATOR);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"passed\":[\"" + full.id()).contains("\"damaged\":[]");
        assertThat(known(full).verified()).isPresent();
        assertThat(known(full).damaged()).isEmpty();
    }

    /** Every object of a backup, at random places; manifest and keys too, which no list covers. */
    @Test
    void everyFlippedBitIsFoundWithoutAKey() throws Exception {
        BackupPlace full = backup(NOW);
        SplittableRandom random = new SplittableRandom(4);
        int flips = 0;
        for (String name : objectsOf(full)) {
            Path file = s3.bucket().resolve("repository").resolve(full.directory() + name);
            byte[] good = Files.readAllBytes(file);
            for (int i = 0; i < 25; i++) {
                int bit = random.nextInt(good.length * 8);
                byte[] flipped = good.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                Files.write(file, flipped);
                Outcome outcome = run(MINUTE);
                boolean found = outcome.damaged().contains(full.directory() + name)
                        || (name.equals("manifest.json")
                                && !outcome.unreadable().isEmpty());
                assertThat(found).as("%s, bit %d: %s", name, bit, outcome).isTrue();
                flips++;
            }
            Files.write(file, good);
            assertThat(run(MINUTE).damaged()).as("%s is good again", name).isEmpty();
        }
        assertThat(flips).isGreaterThanOrEqualTo(125);
    }

    @Test
    void aMissingAndATruncatedObjectAreNamedWithWhatWasExpected() throws Exception {
        BackupPlace full = backup(NOW);
        Path data = s3.bucket().resolve("repository").resolve(full.data(1));
        byte[] good = Files.readAllBytes(data);
        Files.write(data, new byte[999]);
        run(MINUTE);
        assertThat(known(full).damaged().get("data/00000001"))
                .extracting("expected", "found")
                .containsExactly("1000 bytes", "999 bytes");
        Files.delete(data);
        run(MINUTE);
        assertThat(known(full).damaged().get("data/00000001"))
                .extracting("expected", "found")
                .containsExactly("1000 bytes", "no object");
        Files.write(data, good);
        run(MINUTE);
        assertThat(known(full).damaged()).isEmpty();
    }

    /** Each run has time for one object only; nothing is read twice before everything was read once. */
    @Test
    void shortRunsGetRound() throws Exception {
        BackupPlace first = backup(NOW);
        BackupPlace second = backup(NOW.plusSeconds(60));
        AtomicLong hours = new AtomicLong();
        Clock running = InstantSource.system().withZone(ZoneOffset.UTC);
        Clock hasty = new Clock() {
            @Override
            public Instant instant() {
                return running.instant().plus(Duration.ofHours(hours.incrementAndGet()));
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        Verification verification = new Verification(store, new Catalog(store, null), hasty);
        int runs = 0;
        while (known(first).verified().isEmpty() || known(second).verified().isEmpty()) {
            verification.run(DEMO, new Limits(Duration.ofSeconds(1), 0));
            assertThat(++runs).isLessThanOrEqualTo(4);
        }
        assertThat(runs).as("two objects of each").isEqualTo(4);
    }

    @Test
    void aRateIsKept() throws Exception {
        backup(NOW);
        long begun = System.nanoTime();
        Outcome outcome = run(new Limits(Duration.ofMinutes(1), 4000));
        double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;
        assertThat(outcome.bytes() / seconds).isLessThan(4400);
        assertThat(outcome.bytes()).isGreaterThan(2000);
    }

    @Test
    void aDamagedRecordAccusesNobody() throws Exception {
        BackupPlace full = backup(NOW);
        run(MINUTE);
        Path record = s3.bucket().resolve("repository").resolve(full.state("checked"));
        byte[] bytes = Files.readAllBytes(record);
        bytes[bytes.length / 2] ^= 1;
        Files.write(record, bytes);
        assertThat(known(full).damaged()).isEmpty();
        assertThat(run(MINUTE).damaged()).isEmpty();
        assertThat(known(full).verified()).isPresent();
    }

    @Test
    void aStoreThatGoesAwayInTheMiddleEndsTheRunAndForgetsNothing() throws Exception {
        BackupPlace full = backup(NOW);
        run(MINUTE);
        s3.kill();
        try {
            HttpResponse<String> answer = send(
                    "POST", "/api/v1/clusters/demo/verifications", "{\"seconds\":30,\"bytesPerSecond\":0}", OPERATOR);
            assertThat(answer.statusCode()).isEqualTo(503);
        } finally {
            s3.start();
        }
        assertThat(known(full).verified()).isPresent();
    }

    private Outcome run(Limits limits) {
        return new Verification(store, new Catalog(store, null), Clock.systemUTC()).run(DEMO, limits);
    }

    private Known known(BackupPlace place) {
        return new Catalog(store, null)
                .list(DEMO).states().stream()
                        .filter(k -> k.id().equals(place.id()))
                        .findFirst()
                        .orElseThrow();
    }

    private static List<String> objectsOf(BackupPlace place) throws IOException {
        Path directory = s3.bucket().resolve("repository").resolve(place.directory());
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
