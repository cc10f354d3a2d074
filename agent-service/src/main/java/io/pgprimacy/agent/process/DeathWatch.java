package io.pgprimacy.agent.process;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells at once when a process dies, without being its parent: the kernel wakes us through a pidfd, so that
 * watching costs nothing. Kernels before 5.3 have none; there {@code /proc} is polled.
 */
public final class DeathWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeathWatch.class);
    /** How soon a change of what is watched is noticed while the old one still lives. */
    private static final Duration REVIEW = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(15);

    private final Consumer<ProcessIdentity> onDeath;
    private final AtomicReference<@Nullable ProcessIdentity> watched = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean closed;

    /** {@code onDeath} runs on the watching thread, called {@code name}, once per death. */
    public DeathWatch(String name, Consumer<ProcessIdentity> onDeath) {
        this.onDeath = onDeath;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::loop);
    }

    /** Watches this one from now on, in place of any other; if it is dead already, that is reported as well. */
    public void watch(ProcessIdentity process) {
        ProcessIdentity before = watched.getAndSet(process);
        if (!process.equals(before)) {
            LockSupport.unpark(thread);
        }
    }

    /** Its death is expected from now on, and not reported. */
    public void forget() {
        watched.set(null);
    }

    @Override
    public void close() {
        closed = true;
        watched.set(null);
        LockSupport.unpark(thread);
    }

    private void loop() {
        while (!closed) {
            ProcessIdentity process = watched.get();
            if (process == null) {
                LockSupport.park(this);
            } else if (awaitDeath(process) && watched.compareAndSet(process, null)) {
                report(process);
            }
        }
    }

    private void report(ProcessIdentity process) {
        try {
            onDeath.accept(process);
        } catch (RuntimeException e) {
            LOG.error("the death of process {} could not be handled", process, e);
        }
    }

    /** False when something else is to be watched. */
    private boolean awaitDeath(ProcessIdentity process) {
        OptionalInt descriptor = LinuxCalls.pidfdOpen(process.pid());
        // Looked at after opening: from here on the descriptor certainly belongs to this process and to no later one.
        boolean alive = process.isAlive();
        try {
            while (alive && process.equals(watched.get())) {
                if (descriptor.isPresent()) {
                    LinuxCalls.awaitReadable(descriptor.getAsInt(), REVIEW);
                } else {
                    LockSupport.parkNanos(POLL.toNanos());
                }
                alive = process.isAlive();
            }
            return !alive;
        } finally {
            descriptor.ifPresent(LinuxCalls::close);
        }
    }
}
