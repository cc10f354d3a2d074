package io.pgprimacy.backup.restore;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes files durable while others are written. A file system takes milliseconds for each, and hardly longer for several at a time; whoever waited
 * for each of ten thousand files would do little else.
 */
final class FileSyncs implements AutoCloseable {
    private static final int THREADS = 8;
    /** Open files that wait. Where there are more, whoever adds one does it himself. */
    private static final int WAITING = 64;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("sync-", 0).factory(),
            new ThreadPoolExecutor.CallerRunsPolicy());
    private final AtomicReference<@Nullable Throwable> trouble = new AtomicReference<>();

    /** Closes it once it is durable. Throws what an earlier one has failed with. */
    void add(FileChannel file) throws IOException {
        refuseAfterTrouble();
        threads.execute(() -> sync(file));
    }

    private void sync(FileChannel file) {
        try (file) {
            file.force(true);
        } catch (IOException | RuntimeException | Error e) {
            trouble.compareAndSet(null, e);
        }
    }

    /** Everything that was added is durable. */
    void finish() throws IOException {
        threads.close();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the restore was interrupted before everything was durable");
        }
        refuseAfterTrouble();
    }

    private void refuseAfterTrouble() throws IOException {
        Throwable failed = trouble.get();
        if (failed != null) {
            throw new IOException("a restored file cannot be made durable: " + failed.getMessage(), failed);
        }
    }

    /** What waits is of no use any more, but its files are to be closed. */
    @Override
    public void close() {
        threads.close();
    }
}
