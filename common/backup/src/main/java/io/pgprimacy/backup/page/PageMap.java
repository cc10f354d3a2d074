package io.pgprimacy.backup.page;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The CRC32C of each page of one file, of its last, shorter page too. 4 bytes for 8 KiB; a differential or incremental backup compares
 * each page with it. Mutable until it is published: filled page by page while the file passes.
 */
public final class PageMap {
    private static final int[] NOTHING = {};

    private int[] checksums = NOTHING;
    private int pages;

    public static int of(byte[] bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, length);
        return (int) crc.getValue();
    }

    /** Pages in a file of that length, a last part of a page counted. */
    public static int pagesIn(long bytes) {
        return Math.toIntExact((bytes + PageFormat.SIZE - 1) / PageFormat.SIZE);
    }

    public int pages() {
        return pages;
    }

    public int checksum(int page) {
        if (page >= pages) {
            throw new IndexOutOfBoundsException("page " + page + " of " + pages);
        }
        return checksums[page];
    }

    public void add(int checksum) {
        if (pages == checksums.length) {
            checksums = Arrays.copyOf(checksums, Math.max(16, pages * 2));
        }
        checksums[pages++] = checksum;
    }

    /** Little-endian integers, one for each page. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(pages * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(checksums, 0, pages);
        return bytes.array();
    }

    public static PageMap fromBytes(byte[] bytes) {
        if (bytes.length % Integer.BYTES != 0) {
            throw new IllegalArgumentException("a page map of " + bytes.length + " bytes is not one of whole numbers");
        }
        PageMap map = new PageMap();
        map.pages = bytes.length / Integer.BYTES;
        map.checksums = new int[map.pages];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(map.checksums);
        return map;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PageMap map && Arrays.equals(checksums, 0, pages, map.checksums, 0, map.pages);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(Arrays.copyOf(checksums, pages));
    }

    @Override
    public String toString() {
        return "map of " + pages + " pages";
    }
}
