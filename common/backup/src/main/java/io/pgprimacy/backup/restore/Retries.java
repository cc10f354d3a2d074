package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.RepositoryDamaged;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** A download that broke is begun again, a few times; what is damaged stays damaged. */
public final class Retries {
    private static final int ATTEMPTS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private Retries() {}

    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    public static <T> T run(Work<T> work) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.run();
            } catch (RepositoryDamaged | NoSuchObject e) {
                throw e;
            } catch (IOException e) {
                // A socket's time-out is an InterruptedIOException too, so the thread itself is asked.
                if (attempt == ATTEMPTS || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    private static void pause(int attempt) throws InterruptedIOException {
        long longest = FIRST_PAUSE.toMillis() << attempt;
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(longest / 2, longest));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
