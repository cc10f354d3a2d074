package io.pgprimacy.backup.restore;

import static io.pgprimacy.backup.wal.SyntheticWal.SIZE;
import static io.pgprimacy.backup.wal.SyntheticWal.SYSTEM;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.WalObject;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.wal.SyntheticWal;
import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.backup.wal.WalKeyId;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.backup.wal.WalTerm;
import io.pgprimacy.backup.wal.WalTermCodec;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bits of every kind of object of the WAL archive: each changed one is noticed, and what was read before is never given out. */
class WalBitFlipTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final WalPlace PLACE = new WalPlace(new ClusterId("demo"), Incarnation.FIRST);
    private static final TimelineId TIMELINE = new TimelineId(2);
    private static final WalSegment SEGMENT = new WalSegment(TIMELINE, 7, SIZE);
    private static final WalSegment NEXT = SEGMENT.next();
    private static final WalKeyId KEY_ID = new WalKeyId("20261123-3f9c02aa");
    private static final WalTerm TERM = new WalTerm(WalTerm.FORMAT, 8, TIMELINE, SYSTEM, SIZE, 150018);
    private static final int SLICED = 3 * 8192;
    /** Objects up to this many bits are tried bit by bit. */
    private static final int SMALL = 40_000;
    /** Of larger ones about so many, evenly spread. */
    private static final int TRIES = 700;

    private final MemoryRepository repository = new MemoryRepository();
    private final DataKey key = DataKey.generate(RANDOM);
    private int bits;

    @FunctionalInterface
    private interface Read {
        Object read(WalArchive archive) throws IOException;
    }

    @BeforeEach
    void storeKey() {
        String scope = PLACE.keyScope(KEY_ID);
        repository.objects.put(
                scope + "keys/" + repository.masters.currentId() + ".json",
                Json.mapper().writeValueAsBytes(repository.masters.wrap(key, scope)));
    }

    @Test
    void aSegment() throws IOException {
        String name = PLACE.segment(SEGMENT);
        store(name, noisy(SEGMENT, (int) SIZE));
        eachBit(name, archive -> archive.segment(SEGMENT, SYSTEM));
        assertThat(bits).isBetween(TRIES - 2, TRIES + 2);
    }

    @Test
    void theEndOfATimeline() throws IOException {
        String name = PLACE.partial(SEGMENT);
        store(name, SyntheticWal.segment(SEGMENT));
        eachBit(name, archive -> archive.partial(SEGMENT, SYSTEM));
        assertThat(bits).isGreaterThan(TRIES - 10);
    }

    @Test
    void aSlice() throws IOException {
        String name = PLACE.slice(NEXT, 0, SLICED);
        store(name, Arrays.copyOf(SyntheticWal.segment(NEXT), SLICED));
        WalInventory inventory = new WalInventory(PLACE, SIZE);
        inventory.add(name, 1, MemoryRepository.MODIFIED);
        eachBit(name, archive -> archive.sliced(inventory, NEXT, SYSTEM));
        assertThat(bits).isEqualTo(repository.objects.get(name).length * Byte.SIZE);
    }

    @Test
    void theHistoryAndTheKeyThatItNeeds() throws IOException {
        String name = PLACE.history(TIMELINE);
        store(name, "1\t0/503000\tno recovery target specified\n".getBytes(US_ASCII));
        for (String object : repository.objects.keySet().toArray(String[]::new)) {
            eachBit(object, archive -> archive.history(TIMELINE));
        }
        assertThat(bits)
                .isEqualTo(repository.objects.values().stream()
                        .mapToInt(o -> o.length * Byte.SIZE)
                        .sum());
    }

    @Test
    void aTerm() throws IOException {
        String name = PLACE.term(TERM.term(), TIMELINE);
        repository.objects.put(name, WalTermCodec.encode(TERM));
        eachBit(name, _ -> WalTermCodec.decode(PLACE, name, repository.objects.get(name)));
        assertThat(bits).isGreaterThan(1000);
    }

    @Test
    void aTermOfFormat1BeforeItHadASumIsRead() throws IOException {
        byte[] earlier = """
                {"format":1,"term":8,"timeline":2,"systemIdentifier":"%s","walSegmentSize":1048576,"version":150018}""".formatted(SYSTEM.value()).getBytes(US_ASCII);
        assertThat(WalTermCodec.decode(PLACE, PLACE.term(8, TIMELINE), earlier)).isEqualTo(TERM);
        assertThatThrownBy(() -> WalTermCodec.decode(PLACE, PLACE.term(9, TIMELINE), earlier))
                .isInstanceOf(RepositoryDamaged.class)
                .hasMessageContaining("is about term 8");
    }

    private void eachBit(String name, Read read) throws IOException {
        byte[] good = repository.objects.get(name);
        read.read(archive());
        // Odd, so that every position in a byte is passed.
        int step = good.length * Byte.SIZE <= SMALL ? 1 : (good.length * Byte.SIZE / TRIES) | 1;
        for (int bit = 0; bit < good.length * Byte.SIZE; bit += step) {
            byte[] flipped = good.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            repository.objects.put(name, flipped);
            assertThatThrownBy(() -> read.read(archive()))
                    .as("%s, bit %d", name, bit)
                    .isInstanceOfAny(RepositoryDamaged.class, NoSuchObject.class);
            bits++;
        }
        repository.objects.put(name, good);
    }

    private WalArchive archive() {
        return new WalArchive(PLACE, repository.masters, repository);
    }

    /** Not to be compressed, behind the headers that a segment must have. */
    private static byte[] noisy(WalSegment segment, int length) {
        byte[] wal = SyntheticWal.segment(segment);
        byte[] noise = new byte[8192 - 40];
        Random random = new Random(1);
        for (int page = 0; page < length; page += 8192) {
            random.nextBytes(noise);
            System.arraycopy(noise, 0, wal, page + 40, noise.length);
        }
        return wal;
    }

    private void store(String name, byte[] content) throws IOException {
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        WalObject.write(KEY_ID, key, name, RANDOM, 1, out -> out.write(content), object);
        repository.objects.put(name, object.toByteArray());
    }
}
