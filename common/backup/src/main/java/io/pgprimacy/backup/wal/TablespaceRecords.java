package io.pgprimacy.backup.wal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
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
        ByteBuffer records = withoutPageHeaders(segment);
        List<String> locations = new ArrayList<>();
        for (int at = 0; at + BEFORE_LOCATION < records.limit(); at += ALIGNMENT) {
            if (records.get(at + MANAGER_AT) == TABLESPACES && isCreation(records, at)) {
                int end = at + records.getInt(at);
                byte[] location = new byte[end - 1 - (at + BEFORE_LOCATION)];
                records.get(at + BEFORE_LOCATION, location);
                locations.add(new String(location, UTF_8));
            }
        }
        return locations;
    }

    private static boolean isCreation(ByteBuffer records, int at) {
        int length = records.getInt(at);
        boolean form = (records.get(at + INFO_AT) & 0xF0) == CREATE
                && records.getShort(at + PADDING_AT) == 0
                && length > BEFORE_LOCATION + 1
                && length <= Math.min(LONGEST, records.limit() - at)
                && (records.get(at + RECORD_HEADER) & 0xFF) == SHORT_DATA
                && (records.get(at + RECORD_HEADER + 1) & 0xFF) == length - RECORD_HEADER - 2
                && records.get(at + BEFORE_LOCATION) == '/'
                && records.get(at + length - 1) == 0;
        return form && checksum(records, at, length) == records.getInt(at + CHECKSUM_AT);
    }

    /** Of what follows the header, and then of the header up to the checksum. */
    private static int checksum(ByteBuffer records, int at, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(records.slice(at + RECORD_HEADER, length - RECORD_HEADER));
        checksum.update(records.slice(at, CHECKSUM_AT));
        return (int) checksum.getValue();
    }

    private static ByteBuffer withoutPageHeaders(byte[] segment) {
        ByteBuffer records = ByteBuffer.allocate(segment.length).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer pages = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
        for (int page = 0; page + LONG_HEADER <= segment.length; page += PAGE) {
            int header = (pages.getShort(page + 2) & LONG_HEADER_FLAG) == 0 ? HEADER : LONG_HEADER;
            records.put(segment, page + header, Math.min(PAGE, segment.length - page) - header);
        }
        return records.flip().order(ByteOrder.LITTLE_ENDIAN);
    }
}
