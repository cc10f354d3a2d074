package io.pgprimacy.backup.restore;

import static io.pgprimacy.backup.wal.SyntheticWal.SIZE;
import static io.pgprimacy.backup.wal.SyntheticWal.SYSTEM;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.WalObject;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.wal.SyntheticWal;
import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.backup.wal.WalKeyId;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is stored is read again, and nothing else ever is. */
class WalArchiveTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final WalPlace PLACE = new WalPlace(new ClusterId("demo"), Incarnation.FIRST);
    private static final WalSegment SEGMENT = new WalSegment(new TimelineId(2), 7, SIZE);
    private static final WalKeyId KEY_ID = new WalKeyId("20261123-3f9c02aa");
    private static final byte[] HISTORY = "1\t0/503000\tno recovery target specified\n".getBytes(US_ASCII);
    private static final Path GOLDEN = Path.of("src/test/resources/golden/format-1-wal");

    private final MemoryRepository repository = new MemoryRepository();
    private final DataKey key = DataKey.generate(RANDOM);
    private final byte[] wal = SyntheticWal.segment(SEGMENT);

    @BeforeEach
    void storeKey() {
        String scope = PLACE.keyScope(KEY_ID);
        repository.objects.put(
                scope + "keys/" + repository.masters.currentId() + ".json",
                Json.mapper().writeValueAsBytes(repository.masters.wrap(key, scope)));
    }

    @Test
    void aSegmentIsReadAgain() throws IOException {
        store(PLACE.segment(SEGMENT), wal);
        assertThat(archive().segment(SEGMENT, SYSTEM)).isEqualTo(wal);
    }

    @Test
    void slicesMakeTheBeginningOfASegment() throws IOException {
        WalInventory inventory = new WalInventory(PLACE, SIZE);
        int[] cuts = {0, 8000, 8192, 50_001};
        for (int i = 1; i < cuts.length; i++) {
            String name = PLACE.slice(SEGMENT, cuts[i - 1], cuts[i]);
            store(name, Arrays.copyOfRange(wal, cuts[i - 1], cuts[i]));
            inventory.add(name, 1, MemoryRepository.MODIFIED);
        }
        byte[] expected = Arrays.copyOf(Arrays.copyOf(wal, 50_001), wal.length);
        assertThat(archive().sliced(inventory, SEGMENT, SYSTEM)).isEqualTo(expected);
    }

    @Test
    void anObjectInAnothersPlaceIsRefused() throws IOException {
        store(PLACE.segment(SEGMENT), wal);
        repository.objects.put(PLACE.segment(SEGMENT.next()), repository.objects.get(PLACE.segment(SEGMENT)));
        assertThatThrownBy(() -> archive().segment(SEGMENT.next(), SYSTEM)).isInstanceOf(RepositoryDamaged.class);
    }

    @Test
    void anotherSegmentsContentUnderThisNameIsRefused() throws IOException {
        store(PLACE.segment(SEGMENT.next()), wal);
        assertThatThrownBy(() -> archive().segment(SEGMENT.next(), SYSTEM))
                .isInstanceOf(RepositoryDamaged.class)
                .hasMessageContaining("another position");
    }

    @Test
    void aSegmentOfAnotherLengthIsRefused() throws IOException {
        store(PLACE.segment(SEGMENT), Arrays.copyOf(wal, wal.length - 1));
        assertThatThrownBy(() -> archive().segment(SEGMENT, SYSTEM)).isInstanceOf(RepositoryDamaged.class);
        store(PLACE.segment(SEGMENT), Arrays.copyOf(wal, wal.length + 1));
        assertThatThrownBy(() -> archive().segment(SEGMENT, SYSTEM)).isInstanceOf(RepositoryDamaged.class);
    }

    @Test
    void everyChangedBitIsFound() throws IOException {
        String name = PLACE.history(SEGMENT.timeline());
        store(name, HISTORY);
        byte[] stored = repository.objects.get(name);
        for (int bit = 0; bit < stored.length * Byte.SIZE; bit++) {
            byte[] changed = stored.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            repository.objects.put(name, changed);
            assertThatThrownBy(() -> archive().history(SEGMENT.timeline()))
                    .as("bit " + bit)
                    .isInstanceOf(RepositoryDamaged.class)
                    .hasMessageContaining(name);
        }
    }

    @Test
    void everyChangedBitOfItsKeyIsFound() throws IOException {
        String name = PLACE.history(SEGMENT.timeline());
        store(name, HISTORY);
        String keyName = repository.objects.keySet().stream()
                .filter(n -> n.contains("/days/"))
                .findFirst()
                .orElseThrow();
        byte[] stored = repository.objects.get(keyName);
        for (int bit = 0; bit < stored.length * Byte.SIZE; bit++) {
            byte[] changed = stored.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            repository.objects.put(keyName, changed);
            assertThatThrownBy(() -> archive().history(SEGMENT.timeline()))
                    .as("bit " + bit)
                    .isInstanceOf(RepositoryDamaged.class);
        }
    }

    @Test
    void everyObjectThatWasCutShortIsFound() throws IOException {
        String name = PLACE.history(SEGMENT.timeline());
        store(name, HISTORY);
        byte[] stored = repository.objects.get(name);
        for (int length = 0; length < stored.length; length++) {
            repository.objects.put(name, Arrays.copyOf(stored, length));
            assertThatThrownBy(() -> archive().history(SEGMENT.timeline()))
                    .as("cut to " + length)
                    .isInstanceOf(RepositoryDamaged.class);
        }
    }

    /** As {@link GoldenRepositoryTest}: written once, readable for ever. */
    @Test
    void anArchiveOfFormat1IsRead() throws IOException {
        if (!Files.exists(GOLDEN) && Boolean.getBoolean("golden.accept")) {
            store(PLACE.segment(SEGMENT), wal);
            store(PLACE.slice(SEGMENT.next(), 0, 9000), Arrays.copyOf(SyntheticWal.segment(SEGMENT.next()), 9000));
            store(PLACE.history(SEGMENT.timeline()), HISTORY);
            writeGolden();
        }
        var masters = MasterKeys.parse(Files.readString(GOLDEN.resolve("master.keys")));
        WalArchive golden = new WalArchive(
                PLACE,
                masters,
                name -> Files.newInputStream(GOLDEN.resolve("repository").resolve(name)));
        assertThat(golden.segment(SEGMENT, SYSTEM)).isEqualTo(wal);
        assertThat(golden.history(SEGMENT.timeline())).isEqualTo(HISTORY);
        WalInventory inventory = new WalInventory(PLACE, SIZE);
        inventory.add(PLACE.slice(SEGMENT.next(), 0, 9000), 1, MemoryRepository.MODIFIED);
        assertThat(golden.sliced(inventory, SEGMENT.next(), SYSTEM))
                .startsWith(Arrays.copyOf(SyntheticWal.segment(SEGMENT.next()), 9000));
    }

    private void writeGolden() throws IOException {
        for (var object : repository.objects.entrySet()) {
            Path file = GOLDEN.resolve("repository").resolve(object.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, object.getValue());
        }
        Files.writeString(
                GOLDEN.resolve("master.keys"), "# Of this test alone.\n" + repository.master.toSecretText() + "\n");
    }

    private WalArchive archive() {
        return new WalArchive(PLACE, repository.masters, repository);
    }

    private void store(String name, byte[] content) throws IOException {
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        WalObject.write(KEY_ID, key, name, RANDOM, 1, out -> out.write(content), object);
        repository.objects.put(name, object.toByteArray());
    }
}
