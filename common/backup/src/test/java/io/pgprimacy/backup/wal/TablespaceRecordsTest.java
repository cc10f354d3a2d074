package io.pgprimacy.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** A record that PostgreSQL 15 has written, in pages that are otherwise empty. */
class TablespaceRecordsTest {
    private static final int PAGE = 8192;
    private static final int FIRST = 40;
    private static final int NEXT = 24;

    /** CREATE 16384 "/ssd/fast" */
    private static final byte[] RECORD =
            HexFormat.of().parseHex("28000000d4020000d009500100000000000500001482d2bbff0e004000002f7373642f6661737400");

    @Test
    void a_record_is_found_in_a_page_and_over_the_end_of_one() {
        byte[] wal = pages();
        put(wal, FIRST + 80, RECORD);
        assertThat(TablespaceRecords.locations(wal)).containsExactly("/ssd/fast");

        wal = pages();
        put(wal, PAGE - 16, RECORD, 0, 16);
        put(wal, PAGE + NEXT, RECORD, 16, RECORD.length - 16);
        put(wal, 2 * PAGE + NEXT + 8, RECORD);
        assertThat(TablespaceRecords.locations(wal)).hasSize(2);
    }

    @Test
    void what_only_looks_like_one_is_none() {
        byte[] wal = pages();
        byte[] changed = RECORD.clone();
        changed[RECORD.length - 2] = 'q';
        put(wal, FIRST, changed);
        put(wal, FIRST + 84, RECORD);
        put(wal, 3 * PAGE - 16, RECORD, 0, 16);
        assertThat(TablespaceRecords.locations(wal)).isEmpty();
    }

    @Test
    void a_page_that_ends_anywhere_is_borne() {
        byte[] wal = pages();
        put(wal, FIRST, RECORD);
        for (int length = 0; length < 200; length++) {
            byte[] cut = Arrays.copyOf(wal, length);
            assertThat(TablespaceRecords.locations(cut)).hasSizeLessThanOrEqualTo(1);
        }
    }

    private static byte[] pages() {
        byte[] wal = new byte[3 * PAGE];
        ByteBuffer.wrap(wal).order(ByteOrder.LITTLE_ENDIAN).putShort(2, (short) 0x0002);
        return wal;
    }

    private static void put(byte[] wal, int at, byte[] record) {
        put(wal, at, record, 0, record.length);
    }

    private static void put(byte[] wal, int at, byte[] record, int from, int length) {
        System.arraycopy(record, from, wal, at, length);
    }
}
