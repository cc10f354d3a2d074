package io.pgprimacy.backup.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.DumpWriter;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.MasterKey;
import io.pgprimacy.backup.crypto.MasterKeys;
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
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StoredDumpTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/dump-manifest-1.json");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant MOMENT = Instant.parse("2026-11-23T15:50:03Z");
    private static final BackupPlace PLACE = new BackupPlace(
            new ClusterId("demo"), Incarnation.FIRST, new BackupId("20261123T155003Z-3f9c02aa"), Shelf.DUMPS);

    private final MasterKeys masters = MasterKeys.of(MasterKey.generate(RANDOM));
    private final DataKey key = DataKey.generate(RANDOM);
    private final SortedMap<String, byte[]> objects = new TreeMap<>();
    private final byte[] content = new byte[100_000];

    @Test
    void whatAProgramWroteComesBackThoughItFillsSeveralObjects() throws IOException {
        StoredDump dump = stored();

        assertThat(dump.manifest().groups()).isEqualTo(1 + 4);
        assertThat(copied(dump, dump.manifest().globals())).isEqualTo("create role r".getBytes(UTF_8));
        assertThat(copied(dump, dump.manifest().databases().getFirst().dump())).isEqualTo(content);
    }

    @Test
    void aDumpOfNothingIsOneEmptyObject() throws IOException {
        Dump empty = write(9, new byte[0]);

        assertThat(empty.objects()).isEqualTo(1);
        assertThat(copied(new StoredDump(manifest(write(1, content), List.of()), key, this::open), empty))
                .isEmpty();
    }

    @Test
    void oneByteThatIsAnotherIsNoticed() throws IOException {
        StoredDump dump = stored();
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            List<String> names = List.copyOf(objects.keySet());
            String name = names.get(random.nextInt(names.size()));
            byte[] whole = objects.get(name);
            byte[] bent = whole.clone();
            bent[random.nextInt(bent.length)] ^= (byte) (1 << random.nextInt(8));
            objects.put(name, bent);
            assertThat(new BackupVerification(PLACE, Optional.of(masters), this::open)
                            .run()
                            .damaged())
                    .as(name)
                    .isNotEmpty();
            objects.put(name, whole);
        }
        assertThat(new BackupVerification(PLACE, Optional.of(masters), this::open)
                        .run()
                        .damaged())
                .isEmpty();
        assertThat(new BackupVerification(PLACE, Optional.empty(), this::open)
                        .run()
                        .damaged())
                .isEmpty();
        assertThat(dump.manifest().place()).isEqualTo(PLACE);
    }

    @Test
    void objectsInAnotherOrderAreNotTheDump() throws IOException {
        StoredDump dump = stored();
        byte[] second = objects.get(PLACE.data(2));
        objects.put(PLACE.data(2), objects.get(PLACE.data(3)));
        objects.put(PLACE.data(3), second);

        assertThatThrownBy(() ->
                        copied(dump, dump.manifest().databases().getFirst().dump()))
                .isInstanceOf(RepositoryDamaged.class);
    }

    @Test
    void aManifestThatWasChangedIsNotBelieved() throws IOException {
        stored();
        String changed =
                new String(objects.get(PLACE.manifest()), UTF_8).replace("\"owner\" : \"o\"", "\"owner\" : \"x\"");
        objects.put(PLACE.manifest(), changed.getBytes(UTF_8));

        assertThatThrownBy(this::opened).isInstanceOf(RepositoryDamaged.class).hasMessageContaining("seal");
    }

    @Test
    void noDumpOfAProgramThatFailedIsInAManifest() {
        Dump failed = new Dump(1, 1, 5, "00", 1);

        assertThatThrownBy(() -> manifest(failed, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    /** What lies in people's buckets must stay readable; {@code ./dev golden --accept} writes it only where it is missing. */
    @Test
    void aManifestOfFormat1IsRead() throws IOException {
        DumpManifest manifest = manifest(
                new Dump(1, 1, 13, "ab".repeat(32), 0), List.of(database(new Dump(2, 4, 100_000, "cd".repeat(32), 0))));
        if (!Files.exists(GOLDEN) && Boolean.getBoolean("golden.accept")) {
            Files.writeString(GOLDEN, Json.indented().writeValueAsString(manifest) + "\n");
        }

        assertThat(ManifestCodec.parseDump("golden", Files.readAllBytes(GOLDEN)))
                .isEqualTo(manifest);
        assertThat(Json.indented().writeValueAsString(manifest) + "\n").isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void whoLooksForBackupsToRecoverFromDoesNotComeUponOne() {
        assertThat(BackupPlace.ofManifest(PLACE.manifest(), Shelf.BACKUPS)).isEmpty();
        assertThat(BackupPlace.ofManifest(PLACE.manifest(), Shelf.DUMPS)).contains(PLACE);
        assertThat(PLACE.directory())
                .doesNotStartWith(BackupPlace.all(PLACE.cluster(), PLACE.incarnation(), Shelf.BACKUPS));
    }

    private StoredDump stored() throws IOException {
        RANDOM.nextBytes(content);
        objects.put(
                PLACE.key(masters.currentId()), Json.mapper().writeValueAsBytes(masters.wrap(key, PLACE.directory())));
        Dump globals = write(1, "create role r".getBytes(UTF_8));
        Dump dump = write(2, content);
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        try (ObjectList.Writer listed = new ObjectList.Writer(list)) {
            for (int number = 1; number <= 5; number++) {
                byte[] object = objects.get(PLACE.data(number));
                listed.add(new StoredObject(
                        "data/%08d".formatted(number), List.of(StoredObject.Part.of(object, object.length))));
            }
            listed.finish();
        }
        objects.put(PLACE.objects(), list.toByteArray());
        DumpManifest manifest = manifest(globals, List.of(database(dump)));
        objects.put(PLACE.manifest(), ManifestCodec.encode(manifest, key));
        return opened();
    }

    private StoredDump opened() throws IOException {
        return StoredDump.open(PLACE, masters, this::open);
    }

    private ByteArrayInputStream open(String name) throws IOException {
        byte[] object = objects.get(name);
        if (object == null) {
            throw new NoSuchObject(name);
        }
        return new ByteArrayInputStream(object);
    }

    private static byte[] copied(StoredDump dump, Dump of) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        dump.copy(of, out);
        return out.toByteArray();
    }

    private Dump write(int first, byte[] bytes) throws IOException {
        DumpWriter.Objects into = new DumpWriter.Objects() {
            @Override
            public String name(int number) {
                return PLACE.data(number);
            }

            @Override
            public OutputStream begin(int number) {
                return new ByteArrayOutputStream() {
                    @Override
                    public void close() {
                        objects.put(PLACE.data(number), toByteArray());
                    }
                };
            }

            @Override
            public void stored(int number) {
                assertThat(objects).containsKey(PLACE.data(number));
            }
        };
        try (DumpWriter writer = new DumpWriter(into, key, RANDOM, 1, first, 30_000)) {
            for (int at = 0; at < bytes.length; at += 7_001) {
                writer.write(bytes, at, Math.min(7_001, bytes.length - at));
            }
            return writer.finish(0);
        }
    }

    private static DumpManifest.Database database(Dump dump) {
        return new DumpManifest.Database(
                "it's \"odd\" ünï", "o", "UTF8", "C.UTF-8", "C.UTF-8", "libc", "", MOMENT, new Lsn(0x3000060L), dump);
    }

    private DumpManifest manifest(Dump globals, List<DumpManifest.Database> databases) {
        byte[] list = objects.getOrDefault(PLACE.objects(), new byte[0]);
        return new DumpManifest(
                DumpManifest.FORMAT,
                PLACE.id(),
                PLACE.cluster(),
                PLACE.incarnation(),
                new NodeId("a"),
                new DumpManifest.Server(new SystemIdentifier("7"), 150018, true, "pg_dump (PostgreSQL) 15.18"),
                MOMENT,
                MOMENT.plusSeconds(60),
                List.of(),
                globals,
                databases,
                new DumpManifest.Totals(100_013, 99_000),
                new StoredObject("objects", List.of(StoredObject.Part.of(list, list.length))));
    }
}
