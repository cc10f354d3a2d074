package io.pgprimacy.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.bundle.DumpWriter;
import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.DumpManifest.Dump;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.format.ObjectList;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.retention.RetentionPolicy;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.storage.repository.Catalog;
import io.pgprimacy.storage.repository.DumpExpiry;
import io.pgprimacy.storage.repository.Expiry.Applied;
import io.pgprimacy.storage.store.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Logical backups, which share the bucket with the others and nothing else. */
class DumpServiceTest extends ServiceTest {
    private static final ClusterId DEMO = new ClusterId("demo");
    private static final Duration GRACE = Duration.ofHours(24);
    private static final RetentionPolicy ONE = new RetentionPolicy(1, Duration.ZERO, 0, 0, 0);

    @BeforeEach
    void startService() throws Exception {
        RetentionServiceTest.empty(s3.bucket());
        start("direct");
    }

    @Override
    String backup(String what) {
        return "/api/v1/clusters/demo/1/" + (place.shelf() == Shelf.DUMPS ? "dumps/" : "backups/") + place.id() + what;
    }

    @Test
    void aDumpIsListedAmongDumpsAndNowhereElse() throws Exception {
        BackupPlace dump = dump(NOW);

        JsonNode listing =
                JSON.readTree(get("/api/v1/clusters/demo/dumps", TOKEN).body());
        assertThat(listing.path("dumps").path(0).path("id").asString())
                .isEqualTo(dump.id().value());
        assertThat(listing.path("states").path(0).path("pinned").asBoolean(true))
                .isFalse();
        assertThat(JSON.readTree(get("/api/v1/clusters/demo/backups", TOKEN).body())
                        .path("backups")
                        .isEmpty())
                .isTrue();
        ObjectStore store = directStore(s3.uri());
        assertThat(new Catalog(store, null).sound(DEMO)).isEmpty();
        HttpResponse<String> preview =
                send("POST", "/api/v1/clusters/demo/1/restore-preview", "{\"to\":\"latest\",\"timeline\":1}", OPERATOR);
        assertThat(preview.statusCode()).isEqualTo(404);
    }

    @Test
    void oneThatLacksAnObjectIsNoDump() throws Exception {
        begin(NOW);
        Map<String, byte[]> objects = dumpObjects();
        byte[] manifest = encoded(objects);
        objects.remove("data/00000002");
        put(objects);

        HttpResponse<String> answer = commit(manifest);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("data/00000002 is not there");
        assertThat(JSON.readTree(get("/api/v1/clusters/demo/dumps", TOKEN).body())
                        .path("dumps")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aDumpIsNoBackupUnderTheOtherAddress() throws Exception {
        begin(NOW);
        Map<String, byte[]> objects = dumpObjects();
        byte[] manifest = encoded(objects);
        place = new BackupPlace(place.cluster(), place.incarnation(), place.id());
        put(objects);

        assertThat(commit(manifest).statusCode()).isEqualTo(409);
    }

    @Test
    void itIsVerifiedWithTheOthers() throws Exception {
        BackupPlace dump = dump(NOW);
        BackupPlace full = backup(NOW);

        JsonNode outcome = JSON.readTree(
                send("POST", "/api/v1/clusters/demo/verifications", "{\"seconds\":30,\"bytesPerSecond\":0}", OPERATOR)
                        .body());

        assertThat(outcome.path("passed").toString())
                .contains(dump.id().value(), full.id().value());
        assertThat(outcome.path("damaged").isEmpty()).isTrue();
    }

    @Test
    void retentionJudgesDumpsApartFromBackups() throws Exception {
        BackupPlace full = backup(NOW.minus(Duration.ofDays(9)));
        BackupPlace older = dump(NOW.minus(Duration.ofDays(2)));
        BackupPlace newer = dump(NOW.minus(Duration.ofDays(1)));

        JsonNode plan = JSON.readTree(send("POST", "/api/v1/clusters/demo/retention/plan", "{\"full\":1}", OPERATOR)
                .body());

        assertThat(stays(plan, full)).as("the only backup, however old").isTrue();
        assertThat(stays(plan, newer)).isTrue();
        assertThat(stays(plan, older)).isFalse();
    }

    @Test
    void whatGoesIsMarkedFirstAndAPinSavesIt() throws Exception {
        BackupPlace older = dump(NOW.minus(Duration.ofDays(2)));
        BackupPlace oldest = dump(NOW.minus(Duration.ofDays(3)));
        dump(NOW.minus(Duration.ofDays(1)));
        ObjectStore store = directStore(s3.uri());
        assertThat(apply(store, Duration.ZERO).marked())
                .containsExactlyInAnyOrder(older.id().value(), oldest.id().value());
        assertThat(send(
                                "PUT",
                                "/api/v1/clusters/demo/1/dumps/" + older.id() + "/pin",
                                "{\"actor\":\"ada\",\"reason\":\"audit\"}",
                                OPERATOR)
                        .statusCode())
                .isEqualTo(204);

        Applied applied = apply(store, Duration.ofHours(25));

        assertThat(applied.released()).containsExactly(older.id().value());
        assertThat(applied.removed()).containsExactly(oldest.id().value());
        assertThat(new Catalog(store, null).dumps(DEMO).dumps()).hasSize(2);
        collect(store, Duration.ofHours(26));
        collect(store, Duration.ofHours(52));
        assertThat(store.stat(oldest.data(1))).isEmpty();
        assertThat(store.stat(older.data(1))).isPresent();
    }

    @Test
    void whatWasNeverCommittedIsCollected() throws Exception {
        begin(NOW);
        put(dumpObjects());
        BackupPlace committed = dump(NOW);
        ObjectStore store = directStore(s3.uri());

        collect(store, Duration.ofHours(25));
        assertThat(collect(store, Duration.ofHours(26)).directories()).hasSize(1);
        assertThat(store.stat(committed.data(1))).isPresent();
    }

    private static boolean stays(JsonNode plan, BackupPlace place) {
        for (JsonNode verdict : plan.path("backups")) {
            if (verdict.path("backup").asString().equals(place.id().value())) {
                return verdict.path("stays").asBoolean();
            }
        }
        throw new AssertionError(place + " is not in " + plan);
    }

    private static Applied apply(ObjectStore store, Duration later) {
        return new DumpExpiry(store, new Catalog(store, null), later(later), GRACE).apply(DEMO, ONE, "cron", "nightly");
    }

    private void begin(Instant at) {
        place = new BackupPlace(DEMO, Incarnation.FIRST, BackupId.at(at, RANDOM.nextInt()), Shelf.DUMPS);
        taken = at;
    }

    private BackupPlace dump(Instant at) throws Exception {
        begin(at);
        Map<String, byte[]> objects = dumpObjects();
        put(objects);
        HttpResponse<String> answer = commit(encoded(objects));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        return place;
    }

    private void put(Map<String, byte[]> objects) throws Exception {
        for (var object : objects.entrySet()) {
            assertThat(send(grantPut(object.getKey(), object.getValue()), object.getValue())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /** Of one database, in one object. */
    private Map<String, byte[]> dumpObjects() throws Exception {
        Map<String, byte[]> objects = new TreeMap<>();
        objects.put(
                "keys/" + masters.currentId() + ".json",
                Json.mapper().writeValueAsBytes(masters.wrap(key, place.directory())));
        write(objects, 1, "create role r");
        write(objects, 2, "what pg_dump writes");
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        try (ObjectList.Writer writer = new ObjectList.Writer(list)) {
            for (String name : List.of("data/00000001", "data/00000002")) {
                writer.add(new StoredObject(name, List.of(part(objects.get(name)))));
            }
            writer.finish();
        }
        objects.put("objects", list.toByteArray());
        return objects;
    }

    private void write(Map<String, byte[]> objects, int number, String content) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DumpWriter.Objects into = new DumpWriter.Objects() {
            @Override
            public String name(int number) {
                return place.data(number);
            }

            @Override
            public OutputStream begin(int number) {
                return out;
            }

            @Override
            public void stored(int number) {}
        };
        try (DumpWriter writer = new DumpWriter(into, key, RANDOM, 1, number, DumpWriter.LONGEST)) {
            writer.write(content.getBytes(UTF_8));
            writer.finish(0);
        }
        objects.put("data/%08d".formatted(number), out.toByteArray());
    }

    private byte[] encoded(Map<String, byte[]> objects) {
        DumpManifest manifest = new DumpManifest(
                DumpManifest.FORMAT,
                place.id(),
                place.cluster(),
                place.incarnation(),
                new NodeId("a"),
                new DumpManifest.Server(new SystemIdentifier("7"), 150018, false, "pg_dump (PostgreSQL) 15.18"),
                taken,
                taken,
                List.of(),
                new Dump(1, 1, 13, "00", 0),
                List.of(new DumpManifest.Database(
                        "d", "o", "UTF8", "C", "C", "libc", "", taken, startLsn, new Dump(2, 1, 19, "00", 0))),
                new DumpManifest.Totals(32, 32),
                new StoredObject("objects", List.of(part(objects.get("objects")))));
        return ManifestCodec.encode(manifest, key);
    }
}
