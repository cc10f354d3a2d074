package io.pgprimacy.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.page.PageFormat;
import io.pgprimacy.backup.restore.BackupVerification.Outcome;
import io.pgprimacy.backup.restore.MemoryRepository.Taken;
import io.pgprimacy.core.postgres.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every bit of every object that two small backups consist of. */
class BitFlipTest {
    /** Restores write and sync files, so they are tried with every so manieth bit; together they pass every byte's every bit position. */
    private static final int STEP = 61;

    private final MemoryRepository repository = new MemoryRepository();
    private final SortedMap<String, byte[]> files = new TreeMap<>();
    private Taken full;
    private Taken increment;

    @TempDir
    Path directory;

    @BeforeEach
    void takeTwo() throws IOException {
        files.put("base/5/1", new byte[3 * PageFormat.SIZE]);
        files.put("base/5/2", new byte[100]);
        files.put("global/pg_control", new byte[8192]);
        full = repository.full(files, new Lsn(0x1000));
        files.get("base/5/1")[PageFormat.SIZE + 5000] = 1;
        increment = repository.incremental(files, new Lsn(0x2000), full);
    }

    @Test
    void aWholeRepositoryVerifies() throws IOException {
        for (Taken taken : List.of(full, increment)) {
            Outcome outcome = verify(taken.place(), Optional.of(repository.masters));
            assertThat(outcome.damaged()).isEmpty();
            assertThat(outcome.objects()).isEqualTo(3);
        }
    }

    /**
     * What the list covers, without a key; the manifest and the keys, which it does not, with it. The storage service, which has none, knows
     * those by their sums.
     */
    @Test
    void everyBitIsVerified() throws IOException {
        int bits = 0;
        for (Taken taken : List.of(full, increment)) {
            for (String name : objectsOf(taken)) {
                boolean listed = !name.contains("/keys/") && !name.endsWith("manifest.json");
                Optional<KeyWrapping> masters = listed ? Optional.empty() : Optional.of(repository.masters);
                bits += flipEach(
                        name,
                        1,
                        bit -> assertThat(verify(taken.place(), masters).damaged())
                                .as("%s, bit %d", name, bit)
                                .isNotEmpty());
            }
        }
        assertThat(bits).isGreaterThan(20_000);
    }

    /** Refused, with nothing left that could be started; or, where nobody reads that object, exactly what was backed up. */
    @Test
    void noBitLeadsToAWrongRestore() throws IOException {
        int[] attempt = {0};
        for (String name : List.copyOf(repository.objects.keySet())) {
            boolean read = !name.endsWith("/objects")
                    && !name.equals(full.place().manifest())
                    && !name.startsWith(full.place().directory() + "index/");
            flipEach(name, STEP, bit -> {
                Path target = directory.resolve("attempt-" + attempt[0]++);
                try {
                    restore(target);
                    assertThat(read)
                            .as("%s, bit %d was read and not noticed", name, bit)
                            .isFalse();
                    assertRestored(target);
                } catch (IOException e) {
                    assertThat(target.resolve("global/pg_control")).doesNotExist();
                }
            });
        }
        restore(directory.resolve("good"));
        assertRestored(directory.resolve("good"));
        assertThat(attempt[0]).isGreaterThan(300);
    }

    @FunctionalInterface
    private interface Flipped {
        void check(int bit) throws IOException;
    }

    private int flipEach(String name, int step, Flipped then) throws IOException {
        byte[] good = repository.objects.get(name);
        int bits = 0;
        for (int bit = 0; bit < good.length * 8; bit += step) {
            byte[] flipped = good.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            repository.objects.put(name, flipped);
            then.check(bit);
            bits++;
        }
        repository.objects.put(name, good);
        return bits;
    }

    private List<String> objectsOf(Taken taken) {
        return repository.objects.keySet().stream()
                .filter(name -> name.startsWith(taken.place().directory()))
                .toList();
    }

    private Outcome verify(BackupPlace place, Optional<KeyWrapping> masters) throws IOException {
        return new BackupVerification(place, masters, repository).run();
    }

    private void restore(Path target) throws IOException {
        StoredBackup backup = StoredBackup.open(increment.place(), repository.masters, repository);
        new DataDirectoryRestore(backup, new DataDirectoryRestore.Settings(target, Map.of(), 1, false))
                .run((_, _) -> {});
    }

    private void assertRestored(Path target) throws IOException {
        for (var file : files.entrySet()) {
            assertThat(Files.readAllBytes(target.resolve(file.getKey()))).isEqualTo(file.getValue());
        }
    }
}
