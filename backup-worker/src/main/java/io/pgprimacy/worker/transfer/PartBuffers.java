package io.pgprimacy.worker.transfer;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Memory of parts that have arrived, for the parts of the next object. A small heap has no room for such arrays that nobody uses any more: it
 * would be collected as a whole several times a second.
 */
final class PartBuffers {
    static final int SIZE = 8 * 1024 * 1024;
    /** Of two workers, two each; of those of more the rest is garbage. */
    private static final int MOST = 4;

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
