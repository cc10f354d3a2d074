package io.pgprimacy.backup.wal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Where a segment of WAL has tablespaces made: the records of CREATE TABLESPACE (tablespace.h), found by their form and told by their checksum. One that
 * goes over the end of the segment is not found; it has some sixty bytes.
 */
public final class TablespaceRecords {
    private static final int PAGE = 8192;
    private static final int HEADER = 24;
    private static final int LONG_HEADER = 40;
    private static final int LONG_HEADER_FLAG = 0x0002;

    private static final int ALIGNMENT = 8;
    private static final int RECORD_HEADER = 24;
    private static final int INFO_AT = 16;
    private static final int MANAGER_AT = 17;
    private static final int PADDING_AT = 18;
    private static final int CHECKSUM_AT = 20;
    private static final int TABLESPACES = 5;
    private static final int CREATE = 0x00;
    private static final int SHORT_DATA = 0xFF;
    /** What leads to the location: the kind of the data, its length, the oid. */
    private static final int BEFORE_LOCATION = RECORD_HEADER + 2 + Integer.BYTES;

    private static final int LONGEST = RECORD_HEADER + 2 + 255;

    private TablespaceRecords() {}

    /** @param segment its bytes, from the beginning */
    public static List<String> locations(byte[] segment) {
        List<String> locations = new ArrayList<>();
        for (int page = 0; page + LONG_HEADER <= segment.length; page += PAGE) {
            int end = Math.min(page + PAGE, segment.length);
            for (int at = page + headerOf(segment, page); at < end; at += ALIGNMENT) {
                if (managerOf(segment, at, end) == TABLESPACES) {
                    locationIn(from(segment, at)).ifPresent(locations::add);
                }
            }
        }
        return locations;
    }

    /** Of the record that would begin there; its header may go over the end of the page. */
    private static int managerOf(byte[] segment, int at, int end) {
        int there = at + MANAGER_AT;
        if (there < end) {
            return segment[there];
        }
        return end + LONG_HEADER > segment.length ? -1 : segment[there + headerOf(segment, end)];
    }

    private static int headerOf(byte[] segment, int page) {
        return (segment[page + 2] & LONG_HEADER_FLAG) == 0 ? HEADER : LONG_HEADER;
    }

    /** As much as a record may have, without the headers of pages. */
    private static ByteBuffer from(byte[] segment, int at) {
        ByteBuffer record = ByteBuffer.allocate(LONGEST).order(ByteOrder.LITTLE_ENDIAN);
        int next = at;
        while (record.hasRemaining() && next < segment.length) {
            int end = Math.min((next / PAGE + 1) * PAGE, segment.length);
            int length = Math.min(record.remaining(), end - next);
            record.put(segment, next, length);
            next = end + LONG_HEADER > segment.length ? segment.length : end + headerOf(segment, end);
        }
        return record.flip();
    }

    private static Optional<String> locationIn(ByteBuffer record) {
        if (record.limit() <= BEFORE_LOCATION || !isCreation(record)) {
            return Optional.empty();
        }
        byte[] location = new byte[record.getInt(0) - 1 - BEFORE_LOCATION];
        record.get(BEFORE_LOCATION, location);
        return Optional.of(new String(location, UTF_8));
    }

    private static boolean isCreation(ByteBuffer record) {
        int length = record.getInt(0);
        boolean form = (record.get(INFO_AT) & 0xF0) == CREATE
                && record.getShort(PADDING_AT) == 0
                && length > BEFORE_LOCATION + 1
                && length <= record.limit()
                && (record.get(RECORD_HEADER) & 0xFF) == SHORT_DATA
                && (record.get(RECORD_HEADER + 1) & 0xFF) == length - RECORD_HEADER - 2
                && record.get(BEFORE_LOCATION) == '/'
                && record.get(length - 1) == 0;
        return form && checksum(record, length) == record.getInt(CHECKSUM_AT);
    }

    /** Of what follows the header, and then of the header up to the checksum. */
    private static int checksum(ByteBuffer record, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(record.slice(RECORD_HEADER, length - RECORD_HEADER));
        checksum.update(record.slice(0, CHECKSUM_AT));
        return (int) checksum.getValue();
    }
}
