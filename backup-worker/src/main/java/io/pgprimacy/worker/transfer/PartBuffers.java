package io.pgprimacy.worker.transfer;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Memory of parts that have arrived, for the parts of the next object. A small heap has no room for such arrays that nobody uses any more: it
 * would be collected as a whole several times a second.
 */
final class PartBuffers {
    /** S3 takes no part but the last below 5 MiB. */
    static final int SIZE = 6 * 1024 * 1024;
    /** Of two workers: two each of the group that they read, and two of the one before, which is ending. */
    private static final int MOST = 8;

    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(MOST);

    byte[] take() {
        byte @Nullable [] buffer = free.poll();
        return buffer == null ? new byte[SIZE] : buffer;
    }

    /** To be called once nothing reads it any more. One of another length is let go. */
    void giveBack(byte[] buffer) {
        if (buffer.length == SIZE) {
            boolean _ = free.offer(buffer);
        }
    }
}
