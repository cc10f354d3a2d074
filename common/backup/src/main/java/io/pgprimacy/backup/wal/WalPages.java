package io.pgprimacy.backup.wal;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Whether bytes are the WAL that a segment's name promises, by the headers of its pages (xlog_internal.h): every 8 KiB one that names the
 * page's own position and a timeline; the segment's first one the database system too.
 *
 * <p>A page whose header is all zero may follow where PostgreSQL has switched to the next segment early. A page may name an earlier timeline:
 * the first segment of a timeline begins as a copy of its parent's last one.
 */
public final class WalPages {
    private static final int PAGE = 8192;
    private static final int HEADER = 24;
    private static final int LONG_HEADER = 40;
    private static final int LONG_HEADER_FLAG = 0x0002;
    private static final int MAGIC_FAMILY = 0xD1;
    private static final int TLI_AT = 4;
    private static final int ADDRESS_AT = 8;
    private static final int SYSTEM_AT = 24;
    private static final int SEGMENT_SIZE_AT = 32;
    private static final int PAGE_SIZE_AT = 36;

    private WalPages() {}

    /**
     * What is wrong with them; empty where nothing is.
     *
     * @param wal the bytes of the segment from an offset on
     */
    public static Optional<String> complaint(WalSegment segment, SystemIdentifier system, ByteBuffer wal, long offset) {
        ByteBuffer bytes = wal.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int base = bytes.position();
        int magic = 0;
        long first = (offset + PAGE - 1) / PAGE * PAGE;
        for (long page = first; page + LONG_HEADER <= offset + bytes.remaining(); page += PAGE) {
            int at = base + (int) (page - offset);
            if (isZero(bytes, at) && page > 0) {
                continue;
            }
            int found = bytes.getShort(at) & 0xFFFF;
            magic = magic == 0 ? found : magic;
            if (found >>> Byte.SIZE != MAGIC_FAMILY || found != magic) {
                return Optional.of(where(segment, page) + " does not begin as a page of WAL does");
            }
            long address = bytes.getLong(at + ADDRESS_AT);
            if (address != segment.start().value() + page) {
                return Optional.of(where(segment, page) + " holds the page of another position, " + new Lsn(address));
            }
            long timeline = bytes.getInt(at + TLI_AT) & 0xFFFFFFFFL;
            if (timeline < 1 || timeline > segment.timeline().value()) {
                return Optional.of(where(segment, page) + " is of timeline " + timeline);
            }
            if (page == 0) {
                Optional<String> complaint = aboutSegment(segment, system, bytes, at);
                if (complaint.isPresent()) {
                    return complaint;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> aboutSegment(
            WalSegment segment, SystemIdentifier system, ByteBuffer bytes, int at) {
        if ((bytes.getShort(at + 2) & LONG_HEADER_FLAG) == 0) {
            return Optional.of(segment + " does not say of which database system it is");
        }
        String found = Long.toUnsignedString(bytes.getLong(at + SYSTEM_AT));
        if (!found.equals(system.value())) {
            return Optional.of(segment + " is WAL of database system " + found + ", not of " + system);
        }
        if (bytes.getInt(at + SEGMENT_SIZE_AT) != segment.size() || bytes.getInt(at + PAGE_SIZE_AT) != PAGE) {
            return Optional.of(segment + " is of a server with other sizes of segments or pages");
        }
        return Optional.empty();
    }

    private static boolean isZero(ByteBuffer bytes, int at) {
        for (int i = 0; i < HEADER; i++) {
            if (bytes.get(at + i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static String where(WalSegment segment, long page) {
        return segment + " at " + segment.start().plus(page);
    }
}
