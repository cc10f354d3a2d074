package io.pgprimacy.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.restore.MemoryRepository.Taken;
import io.pgprimacy.core.postgres.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A repository of format 1 as an earlier version wrote it, byte for byte: what lies in people's buckets must stay restorable. A format that
 * has been released is never rewritten; {@code ./dev golden --accept} writes this one only where it is missing.
 */
class GoldenRepositoryTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/format-1");

    @TempDir
    Path directory;

    @Test
    void aRepositoryOfFormat1IsRestored() throws IOException {
        if (!Files.exists(GOLDEN) && Boolean.getBoolean("golden.accept")) {
            write();
        }
        MasterKeys masters = MasterKeys.parse(Files.readString(GOLDEN.resolve("master.keys")));
        ObjectSource source =
                name -> Files.newInputStream(GOLDEN.resolve("repository").resolve(name));
        List<BackupPlace> places = places();
        assertThat(places).hasSize(2);
        for (int i = 0; i < places.size(); i++) {
            StoredBackup backup = StoredBackup.open(places.get(i), masters, source);
            Path target = directory.resolve("restored-" + i);
            new DataDirectoryRestore(backup, new DataDirectoryRestore.Settings(target, Map.of(), 1, false))
                    .run((files, bytes) -> {});
            for (var file : content(i).entrySet()) {
                assertThat(Files.readAllBytes(target.resolve(file.getKey()))).isEqualTo(file.getValue());
            }
        }
    }

    @Test
    void itsManifestSaysWhatItIs() throws IOException {
        BackupPlace place = places().getLast();
        byte[] document = Files.readAllBytes(GOLDEN.resolve("repository").resolve(place.manifest()));
        Manifest manifest = ManifestCodec.parse(place.manifest(), document);
        assertThat(manifest.chain()).hasSize(2);
        assertThat(manifest.stop().lsn()).isEqualTo(Lsn.parse("0/2200"));
        assertThat(manifest.postgres().version()).isEqualTo(150018);
        assertThat(manifest.walRanges()).hasSize(1);
    }

    private static SortedMap<String, byte[]> content(int backup) {
        byte[] relation = new byte[3 * 8192];
        Arrays.fill(relation, 8192, 2 * 8192, (byte) (backup + 1));
        SortedMap<String, byte[]> files = new TreeMap<>();
        files.put("PG_VERSION", new byte[] {'1', '5', '\n'});
        files.put("base/5/1259", relation);
        files.put("base/5/2619_vm", new byte[8192]);
        files.put("global/pg_control", new byte[8192]);
        return files;
    }

    private static List<BackupPlace> places() throws IOException {
        Path root = GOLDEN.resolve("repository");
        try (Stream<Path> files = Files.walk(root)) {
            return files.flatMap(file ->
                            BackupPlace.ofManifest(root.relativize(file).toString(), BackupPlace.Shelf.BACKUPS)
                                    .stream())
                    .sorted(Comparator.comparing(BackupPlace::id))
                    .toList();
        }
    }

    private static void write() throws IOException {
        MemoryRepository repository = new MemoryRepository();
        Taken full = repository.full(content(0), new Lsn(0x1000));
        repository.incremental(content(1), new Lsn(0x2000), full);
        for (var object : repository.objects.entrySet()) {
            Path file = GOLDEN.resolve("repository").resolve(object.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, object.getValue());
        }
        Files.writeString(
                GOLDEN.resolve("master.keys"), "# Of this test alone.\n" + repository.master.toSecretText() + "\n");
    }
}
