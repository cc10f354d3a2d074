package io.pgprimacy.storage.repository;

import io.pgprimacy.storage.repository.Verification.Limits;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** How far a verification has come, and how fast it may go. */
final class Pace {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Clock clock;
    private final Limits limits;
    private final Instant begun;
    private long bytes;
    private long objects;

    Pace(Clock clock, Limits limits) {
        this.clock = clock;
        this.limits = limits;
        this.begun = clock.instant();
    }

    boolean isOver() {
        return Duration.between(begun, clock.instant()).compareTo(limits.time()) >= 0;
    }

    /** Waits until so much may have been read. */
    void pass(int read) {
        bytes += read;
        if (limits.bytesPerSecond() == 0) {
            return;
        }
        long due = bytes * 1000 / limits.bytesPerSecond();
        long early = due - Duration.between(begun, clock.instant()).toMillis();
        try {
            while (early > 0) {
                Thread.sleep(Math.min(early, LONGEST_PAUSE.toMillis()));
                early = due - Duration.between(begun, clock.instant()).toMillis();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("the verification was interrupted", e);
        }
    }

    void object() {
        objects++;
    }

    long bytes() {
        return bytes;
    }

    long objects() {
        return objects;
    }
}
