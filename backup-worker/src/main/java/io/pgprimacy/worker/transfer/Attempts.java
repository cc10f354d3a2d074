package io.pgprimacy.worker.transfer;

import io.pgprimacy.backup.restore.NoSuchObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Requests that may be repeated are repeated, with growing pauses, for some minutes: a restart of the storage service ends no backup. */
final class Attempts {
    private static final int MOST = 12;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private Attempts() {}

    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    static <T> T run(Work<T> work) throws IOException {
        return run(MOST, work);
    }

    static <T> T run(int most, Work<T> work) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                return work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the transfer was cancelled");
            } catch (IOException e) {
                boolean forGood = e instanceof InterruptedIOException
                        && Thread.currentThread().isInterrupted();
                boolean refused =
                        e instanceof NoSuchObject || (e instanceof TransferFailed failed && !failed.isPassing());
                if (forGood || refused || attempt + 1 == most) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    private static void pause(int attempt) throws InterruptedIOException {
        long longest = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << attempt);
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the transfer was cancelled");
        }
    }
}
