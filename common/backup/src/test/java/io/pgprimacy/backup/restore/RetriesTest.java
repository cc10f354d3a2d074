package io.pgprimacy.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetriesTest {
    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void aDownloadThatBrokeOrTimedOutIsBegunAgain() throws IOException {
        int result = Retries.run(() -> {
            if (attempts.incrementAndGet() < 3) {
                throw attempts.get() == 1 ? new IOException("connection reset") : new InterruptedIOException("timeout");
            }
            return 42;
        });
        assertThat(result).isEqualTo(42);
    }

    @Test
    void whatIsDamagedOrAbsentIsNotAskedForAgain() {
        for (IOException failure : new IOException[] {new RepositoryDamaged("x"), new NoSuchObject("x")}) {
            attempts.set(0);
            assertThatThrownBy(() -> Retries.run(() -> {
                        attempts.incrementAndGet();
                        throw failure;
                    }))
                    .isSameAs(failure);
            assertThat(attempts.get()).isOne();
        }
    }

    @Test
    void whoeverIsInterruptedStops() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> Retries.run(() -> {
                        attempts.incrementAndGet();
                        throw new IOException("connection reset");
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(attempts.get()).isOne();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
