package io.pgprimacy.agent.postgres;

import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Can this primary still write? Flushes a few bytes of WAL again and again, on a thread and a connection of its own,
 * because a hung disk hangs whoever asks. Waits for the local disk only, never for a standby.
 */
public final class WriteProbe implements AutoCloseable {
    private static final String WRITE = "select pg_logical_emit_message(true, 'pgprimacy', 'write probe')";

    private final AdminConnection connection;
    private final Duration interval;
    private final Duration hungAfter;
    private final Duration giveUpAfter;
    private final Thread thread;
    private volatile boolean enabled;
    private volatile boolean closed;
    /** Nanoseconds by {@link System#nanoTime}; 0 while none is under way. */
    private volatile long begunAt;

    private volatile Result last = new Result.Unknown();

    /** What is known of writing. */
    public sealed interface Result {
        /** Not asked, or no answer yet. */
        record Unknown() implements Result {}

        /** @param took from the statement to its flush */
        record Works(Duration took) implements Result {}

        /** @param since the write began that has not come back */
        record Hung(Duration since) implements Result {}

        /** @param message PostgreSQL's, e.g. that the disk is full */
        record Fails(PostgresFailure.Reason reason, String message) implements Result {}
    }

    /**
     * @param interval from the end of one write to the beginning of the next
     * @param hungAfter how long a write may take until it counts as hung
     */
    public WriteProbe(PostgresInstance instance, Duration interval, Duration hungAfter) {
        this.connection = AdminConnection.of(instance.settings(), "write probe");
        this.interval = interval;
        this.hungAfter = hungAfter;
        this.giveUpAfter = hungAfter.multipliedBy(10);
        this.thread = Thread.ofPlatform().daemon().name("write-probe").start(this::loop);
    }

    /** Only a primary can write: switched on after a promotion, off before anything else. */
    public void enable(boolean on) {
        if (on != enabled) {
            last = new Result.Unknown();
            enabled = on;
            LockSupport.unpark(thread);
        }
    }

    /** At this moment: a write that is under way for too long is reported while it hangs. */
    public Result result() {
        long begun = begunAt;
        if (enabled && begun != 0) {
            Duration since = Duration.ofNanos(System.nanoTime() - begun);
            if (since.compareTo(hungAfter) > 0) {
                return new Result.Hung(since);
            }
        }
        return last;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void loop() {
        while (!closed) {
            if (enabled) {
                Result result = probe();
                // Switched off meanwhile: what an instance that is being stopped said is no news.
                last = enabled ? result : new Result.Unknown();
                LockSupport.parkNanos(interval.toNanos());
            } else {
                connection.close();
                LockSupport.park(this);
            }
        }
        connection.close();
    }

    private Result probe() {
        // 0 means "none", so an unlucky reading of the clock is moved by a nanosecond.
        long begun = System.nanoTime() | 1;
        begunAt = begun;
        try {
            connection.run(giveUpAfter, open -> {
                try (Statement statement = open.createStatement()) {
                    return statement.execute(WRITE);
                }
            });
            return new Result.Works(Duration.ofNanos(System.nanoTime() - begun));
        } catch (PostgresFailure e) {
            return e.reason() == PostgresFailure.Reason.TIMED_OUT
                    ? new Result.Hung(Duration.ofNanos(System.nanoTime() - begun))
                    : new Result.Fails(e.reason(), String.valueOf(e.getMessage()));
        } finally {
            begunAt = 0;
        }
    }
}
