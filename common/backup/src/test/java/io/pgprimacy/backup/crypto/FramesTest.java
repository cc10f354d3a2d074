package io.pgprimacy.backup.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
    private static final String NAME = "clusters/demo/1/backups/20261123T155003Z-3f9c02aa/data/00000001";
    private static final int FRAME = 1 << 20;
    private static final int PREFIX = Frames.HEADER + Frames.SALT;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final DataKey KEY = DataKey.generate(RANDOM);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 17, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 3 * FRAME + 12345})
    void whatIsWrittenIsRead(int length) throws IOException {
        byte[] plain = bytes(length);
        byte[] stored = seal(plain);
        assertThat(stored).hasSize((int) Frames.storedLength(length));
        assertThat(open(stored)).isEqualTo(plain);
    }

    @Test
    void itDoesNotMatterInWhichPiecesItIsWritten() throws IOException {
        byte[] plain = bytes(2 * FRAME + 77);
        SplittableRandom random = new SplittableRandom(1);
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        FrameOutput out = new FrameOutput(KEY, NAME, RANDOM, stored);
        for (int at = 0; at < plain.length; ) {
            int length = Math.min(plain.length - at, random.nextInt(0, 300_000));
            out.write(plain, at, length);
            at += length;
        }
        out.finish();
        assertThat(open(stored.toByteArray())).isEqualTo(plain);
    }

    /** Every length that a cut can leave within the small parts, and many within the long ones. */
    @Test
    void everyTruncationIsDetected() throws IOException {
        byte[] stored = seal(bytes(2 * FRAME + 5));
        int frame = FRAME + Frames.TAG;
        SplittableRandom random = new SplittableRandom(2);
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < PREFIX + 3; i++) {
            lengths.add(i);
        }
        for (int boundary : List.of(PREFIX + frame, PREFIX + 2 * frame, stored.length)) {
            for (int i = -20; i <= 20; i++) {
                lengths.add(boundary + i);
            }
        }
        for (int i = 0; i < 50; i++) {
            lengths.add(random.nextInt(stored.length));
        }
        for (int length : lengths) {
            if (length < stored.length) {
                assertDamaged(Arrays.copyOf(stored, length), "cut to " + length);
            }
        }
    }

    @Test
    void anObjectThatWasAbandonedDoesNotDecrypt() throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (FrameOutput out = new FrameOutput(KEY, NAME, RANDOM, stored)) {
            out.write(bytes(FRAME + 10));
        }
        assertDamaged(stored.toByteArray(), "closed, never finished");
    }

    @Test
    void everyFlippedBitIsDetectedInASmallObject() throws IOException {
        byte[] stored = seal(bytes(40));
        for (int bit = 0; bit < stored.length * 8; bit++) {
            byte[] flipped = stored.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertDamaged(flipped, "bit " + bit);
        }
    }

    @Test
    void flippedBitsAreDetectedInALargeObject() throws IOException {
        byte[] stored = seal(bytes(2 * FRAME + 100));
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 100; i++) {
            int bit = random.nextInt(stored.length * 8);
            byte[] flipped = stored.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertDamaged(flipped, "bit " + bit);
        }
    }

    @Test
    void swappedRepeatedAndMissingFramesAreDetected() throws IOException {
        byte[] stored = seal(bytes(4 * FRAME));
        int frame = FRAME + Frames.TAG;
        for (int[] order :
                new int[][] {{1, 0, 2, 3}, {0, 2, 1, 3}, {0, 1, 3, 2}, {0, 1, 1, 2, 3}, {0, 2, 3}, {1, 2, 3}, {0, 1, 2}
                }) {
            ByteArrayOutputStream changed = new ByteArrayOutputStream();
            changed.write(stored, 0, PREFIX);
            for (int i : order) {
                changed.write(stored, PREFIX + i * frame, frame);
            }
            assertDamaged(changed.toByteArray(), Arrays.toString(order));
        }
    }

    @Test
    void aFrameOfAnotherObjectIsDetected() throws IOException {
        byte[] one = seal(bytes(2 * FRAME));
        byte[] other = seal(bytes(2 * FRAME));
        System.arraycopy(other, PREFIX, one, PREFIX, FRAME + Frames.TAG);
        assertDamaged(one, "the first frame is the other's");
    }

    @Test
    void appendedBytesAreDetected() throws IOException {
        byte[] stored = seal(bytes(FRAME));
        assertDamaged(Arrays.copyOf(stored, stored.length + 1), "one byte more");
        assertDamaged(Arrays.copyOf(stored, stored.length + 2 * FRAME), "two frames of zeros more");
    }

    @Test
    void anotherKeyAndAnotherNameAreDetected() throws IOException {
        byte[] stored = seal(bytes(100));
        DataKey otherKey = DataKey.generate(RANDOM);
        assertThatThrownBy(() -> new FrameInput(otherKey, NAME, new ByteArrayInputStream(stored)).readAllBytes())
                .isInstanceOf(RepositoryDamaged.class);
        assertThatThrownBy(() -> new FrameInput(KEY, NAME + "x", new ByteArrayInputStream(stored)).readAllBytes())
                .isInstanceOf(RepositoryDamaged.class);
    }

    @Test
    void theSamePlainTextIsNeverTheSameObject() throws IOException {
        byte[] plain = bytes(1000);
        byte[] one = seal(plain);
        byte[] other = seal(plain);
        assertThat(Arrays.copyOfRange(one, PREFIX, one.length))
                .isNotEqualTo(Arrays.copyOfRange(other, PREFIX, other.length));
    }

    private static void assertDamaged(byte[] stored, String how) {
        assertThatThrownBy(() -> open(stored)).as(how).isInstanceOf(RepositoryDamaged.class);
    }

    private static byte[] seal(byte[] plain) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        FrameOutput out = new FrameOutput(KEY, NAME, RANDOM, stored);
        out.write(plain);
        out.finish();
        return stored.toByteArray();
    }

    private static byte[] open(byte[] stored) throws IOException {
        try (FrameInput in = new FrameInput(KEY, NAME, new ByteArrayInputStream(stored))) {
            return in.readAllBytes();
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
