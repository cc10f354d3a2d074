package io.pgprimacy.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.page.PageFormat;
import io.pgprimacy.backup.restore.MemoryRepository.Taken;
import io.pgprimacy.core.postgres.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreTest {
    private static final int SIZE = PageFormat.SIZE;

    private final MemoryRepository repository = new MemoryRepository();

    @TempDir
    Path directory;

    /**
     * Files are made, dropped, made anew, truncated, extended; pages change with an LSN, and without one as hint bits and PD_ALL_VISIBLE do.
     * Every backup of the chain must give back what it saw.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void everyBackupOfARandomChainRestores(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        SortedMap<String, byte[]> files = new TreeMap<>(Map.of("global/pg_control", new byte[8192]));
        List<Taken> chain = new ArrayList<>();
        List<SortedMap<String, byte[]>> seen = new ArrayList<>();
        Lsn now = new Lsn(0x1000);
        for (int i = 0; i < 5; i++) {
            for (int change = random.nextInt(5, 25); change > 0; change--) {
                now = now.plus(random.nextInt(1, 1000));
                change(files, random, now);
            }
            now = now.plus(1);
            seen.add(copy(files));
            chain.add(
                    chain.isEmpty()
                            ? repository.full(files, now)
                            : repository.incremental(files, now, chain.getLast()));
        }
        for (int i = 0; i < chain.size(); i++) {
            Path target = directory.resolve("restored-" + i);
            restore(chain.get(i), target);
            assertThat(content(target)).as("seed %d, backup %d", seed, i).isEqualTo(readable(seen.get(i)));
        }
    }

    @Test
    void theIncrementHoldsOnlyWhatChanged() throws IOException {
        byte[] large = new byte[1000 * SIZE];
        new Random(1).nextBytes(large);
        for (int page = 0; page < 1000; page++) {
            stamp(large, page, new Lsn(0x100));
        }
        SortedMap<String, byte[]> files = new TreeMap<>(Map.of("base/5/1", large, "global/pg_control", new byte[8192]));
        Taken full = repository.full(files, new Lsn(0x1000));
        long before = stored();
        stamp(large, 77, new Lsn(0x2000));
        repository.incremental(files, new Lsn(0x3000), full);
        assertThat(stored() - before).isLessThan(60_000);
    }

    @Test
    void anObjectInThePlaceOfAnotherIsDetected() throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < 6; i++) {
            files.put("base/5/" + i, new byte[] {(byte) i});
        }
        files.put("global/pg_control", new byte[8192]);
        Taken full = repository.full(files, new Lsn(0x1000));
        repository.objects.put(
                full.place().data(1), repository.objects.get(full.place().data(2)));
        assertThatThrownBy(() -> restore(full, directory.resolve("x"))).isInstanceOf(RepositoryDamaged.class);
    }

    @Test
    void aMissingObjectIsNamed() throws IOException {
        Taken full = repository.full(new TreeMap<>(Map.of("global/pg_control", new byte[8192])), new Lsn(0x1000));
        repository.objects.remove(full.place().data(1));
        assertThatThrownBy(() -> restore(full, directory.resolve("x")))
                .hasMessageContaining(full.place().data(1));
    }

    @Test
    void aDirectoryThatIsNotEmptyIsLeftAlone() throws IOException {
        Taken full = repository.full(new TreeMap<>(Map.of("global/pg_control", new byte[8192])), new Lsn(0x1000));
        Path target = Files.createDirectories(directory.resolve("x"));
        Files.write(target.resolve("precious"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> restore(full, target)).isInstanceOf(RestoreRefused.class);
        assertThat(content(target)).isEqualTo(Map.of("precious", MemoryRepository.crc(new byte[] {1, 2, 3})));
    }

    private void restore(Taken taken, Path target) throws IOException {
        StoredBackup backup = StoredBackup.open(taken.place(), repository.masters, repository);
        new DataDirectoryRestore(backup, new DataDirectoryRestore.Settings(target, Map.of(), 3, false))
                .run((files, bytes) -> {});
    }

    private static void change(SortedMap<String, byte[]> files, SplittableRandom random, Lsn now) {
        String path = "base/5/" + random.nextInt(10);
        byte[] file = files.get(path);
        int pages = file == null ? 0 : file.length / SIZE;
        switch (random.nextInt(8)) {
            case 0 -> files.remove(path);
            case 1 -> files.put(path, Arrays.copyOf(file == null ? new byte[0] : file, pages / 2 * SIZE));
            case 2, 3 -> files.put(path, extend(file == null ? new byte[0] : file, random, now));
            case 4 -> files.put(path, extend(new byte[0], random, now));
            case 5 -> {
                if (pages > 0) {
                    // A hint bit: other content, no other LSN.
                    file[random.nextInt(pages) * SIZE + 4000] ^= 1;
                }
            }
            default -> {
                if (pages > 0) {
                    int page = random.nextInt(pages);
                    file[page * SIZE + random.nextInt(100, SIZE)] = (byte) random.nextInt();
                    stamp(file, page, now);
                }
            }
        }
    }

    private static byte[] extend(byte[] file, SplittableRandom random, Lsn now) {
        int pages = file.length / SIZE;
        int more = random.nextInt(1, random.nextInt(10) == 0 ? 1200 : 8);
        byte[] longer = Arrays.copyOf(file, (pages + more) * SIZE);
        for (int page = pages; page < pages + more; page++) {
            if (random.nextInt(5) > 0) {
                longer[page * SIZE + 200] = (byte) random.nextInt();
                stamp(longer, page, now);
            }
        }
        return longer;
    }

    private static void stamp(byte[] file, int page, Lsn lsn) {
        ByteBuffer.wrap(file, page * SIZE, 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) (lsn.value() >>> 32))
                .putInt((int) lsn.value());
    }

    private static SortedMap<String, byte[]> copy(SortedMap<String, byte[]> files) {
        SortedMap<String, byte[]> copy = new TreeMap<>();
        files.forEach((path, content) -> copy.put(path, content.clone()));
        return copy;
    }

    private static Map<String, String> readable(SortedMap<String, byte[]> files) {
        Map<String, String> checksums = new TreeMap<>();
        files.forEach((path, content) -> checksums.put(path, MemoryRepository.crc(content)));
        return checksums;
    }

    private static Map<String, String> content(Path root) throws IOException {
        Map<String, String> checksums = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("backup_manifest")) {
                    checksums.put(root.relativize(file).toString(), MemoryRepository.crc(Files.readAllBytes(file)));
                }
            }
        }
        return checksums;
    }

    private long stored() {
        return repository.objects.values().stream().mapToLong(o -> o.length).sum();
    }
}
