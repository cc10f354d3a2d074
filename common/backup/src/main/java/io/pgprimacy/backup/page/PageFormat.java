package io.pgprimacy.backup.page;

import io.pgprimacy.core.postgres.Lsn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What a backup must know of a page of a relation ({@code src/include/storage/bufpage.h}, {@code checksum_impl.h}), on little-endian
 * machines. A page is 8 KiB; clusters that were built with other sizes are refused before a backup begins.
 */
public final class PageFormat {
    public static final int SIZE = 8192;

    /** Pages in a segment of a relation: 1 GiB. A page's checksum depends on its number in the whole relation. */
    public static final int PAGES_IN_SEGMENT = 131072;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int CHECKSUM_AT = 8;
    private static final int UPPER_AT = 14;

    private static final int SUMS = 32;
    private static final int PRIME = 16777619;
    private static final int[] OFFSETS = {
        0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
        0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
        0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
        0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756
    };

    private PageFormat() {}

    /** The end of the WAL record that last changed the page; zero on pages that WAL does not know. */
    public static Lsn lsn(byte[] bytes, int at) {
        // Two 32-bit halves, the high one first, each in the machine's order.
        long high = Integer.toUnsignedLong((int) INT.get(bytes, at));
        return new Lsn((high << 32) | Integer.toUnsignedLong((int) INT.get(bytes, at + Integer.BYTES)));
    }

    /** PostgreSQL's PageIsNew: it has no checksum to verify, provided that it {@link #isZero}. */
    public static boolean isNew(byte[] bytes, int at) {
        return bytes[at + UPPER_AT] == 0 && bytes[at + UPPER_AT + 1] == 0;
    }

    public static boolean isZero(byte[] bytes, int at) {
        for (int i = at; i < at + SIZE; i += Long.BYTES) {
            if ((long) LONG.get(bytes, i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** As stored in the page. */
    public static int storedChecksum(byte[] bytes, int at) {
        return (bytes[at + CHECKSUM_AT] & 0xFF) | ((bytes[at + CHECKSUM_AT + 1] & 0xFF) << 8);
    }

    /** PostgreSQL's pg_checksum_page. The inner loop has the form that HotSpot vectorises. */
    public static int checksum(byte[] bytes, int at, long block) {
        int[] sums = OFFSETS.clone();
        int[] words = new int[SUMS];
        for (int row = at; row < at + SIZE; row += SUMS * Integer.BYTES) {
            for (int i = 0; i < SUMS; i++) {
                words[i] = (int) INT.get(bytes, row + i * Integer.BYTES);
            }
            if (row == at) {
                // The checksum is computed as if its own field were zero.
                words[CHECKSUM_AT / Integer.BYTES] &= 0xFFFF0000;
            }
            mix(sums, words);
        }
        int[] zeros = new int[SUMS];
        mix(sums, zeros);
        mix(sums, zeros);
        int folded = 0;
        for (int sum : sums) {
            folded ^= sum;
        }
        return (int) (Integer.toUnsignedLong(folded ^ (int) block) % 65535 + 1);
    }

    private static void mix(int[] sums, int[] words) {
        for (int i = 0; i < SUMS; i++) {
            int mixed = sums[i] ^ words[i];
            sums[i] = (mixed * PRIME) ^ (mixed >>> 17);
        }
    }
}
