package io.pgprimacy.worker.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Which paths have been seen, in 32 to 64 bytes each however long they are: 128 bits of their SHA-256. */
final class PathSet {
    private static final int FIRST_SIZE = 1 << 12;

    private long[] entries = new long[2 * FIRST_SIZE];
    private int size;

    synchronized void add(String path) {
        if (4 * size > entries.length) {
            grow();
        }
        insert(entries, high(path), low(path));
    }

    synchronized boolean contains(String path) {
        long high = high(path);
        long low = low(path);
        for (int at = slot(entries, high); entries[at] != 0 || entries[at + 1] != 0; at = (at + 2) % entries.length) {
            if (entries[at] == high && entries[at + 1] == low) {
                return true;
            }
        }
        return false;
    }

    private void grow() {
        long[] before = entries;
        entries = new long[2 * before.length];
        size = 0;
        for (int at = 0; at < before.length; at += 2) {
            if (before[at] != 0 || before[at + 1] != 0) {
                insert(entries, before[at], before[at + 1]);
            }
        }
    }

    private void insert(long[] into, long high, long low) {
        int at = slot(into, high);
        while (into[at] != 0 || into[at + 1] != 0) {
            if (into[at] == high && into[at + 1] == low) {
                return;
            }
            at = (at + 2) % into.length;
        }
        into[at] = high;
        into[at + 1] = low;
        size++;
    }

    private static int slot(long[] table, long high) {
        return (int) Long.remainderUnsigned(high, table.length / 2) * 2;
    }

    private static long high(String path) {
        return ByteBuffer.wrap(digest(path)).getLong(0);
    }

    private static long low(String path) {
        return ByteBuffer.wrap(digest(path)).getLong(8);
    }

    private static byte[] digest(String path) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(path.getBytes(UTF_8)), 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
