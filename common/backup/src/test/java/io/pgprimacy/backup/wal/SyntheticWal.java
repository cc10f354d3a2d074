package io.pgprimacy.backup.wal;

import io.pgprimacy.core.postgres.SystemIdentifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Segments with the page headers that PostgreSQL 15 writes, and anything between them. */
public final class SyntheticWal {
    public static final SystemIdentifier SYSTEM = new SystemIdentifier("7561283445123456789");
    public static final long SIZE = 1 << 20;

    private static final int PAGE = 8192;
    private static final short MAGIC = (short) 0xD110;

    private SyntheticWal() {}

    public static byte[] segment(WalSegment segment) {
        ByteBuffer bytes = ByteBuffer.allocate((int) segment.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (int page = 0; page < segment.size(); page += PAGE) {
            bytes.putShort(page, MAGIC);
            bytes.putShort(page + 2, (short) (page == 0 ? 2 : 0));
            bytes.putInt(page + 4, (int) segment.timeline().value());
            bytes.putLong(page + 8, segment.start().value() + page);
            for (int at = page + 40; at < page + PAGE; at += 8) {
                bytes.putLong(at, at >>> 9);
            }
        }
        bytes.putLong(24, Long.parseUnsignedLong(SYSTEM.value()));
        bytes.putInt(32, (int) segment.size());
        bytes.putInt(36, PAGE);
        return bytes.array();
    }
}
