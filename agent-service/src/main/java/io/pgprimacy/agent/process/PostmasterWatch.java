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
 * Tells at once when the postmaster dies, without being its parent: the kernel wakes us through a pidfd, so that
 * watching costs nothing. Kernels before 5.3 have none; there {@code /proc} is polled.
 */
public final class PostmasterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostmasterWatch.class);
    /** How soon a change of what is watched is noticed while the old one still lives. */
    private static final Duration REVIEW = Duration.ofMillis(500);

    private static final Duration POLL = Duration.ofMillis(15);

    private final Consumer<ProcessIdentity> onDeath;
    private final AtomicReference<@Nullable ProcessIdentity> watched = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean closed;

    /** {@code onDeath} runs on the watching thread, once per death. */
    public PostmasterWatch(Consumer<ProcessIdentity> onDeath) {
        this.onDeath = onDeath;
        this.thread = Thread.ofPlatform().daemon().name("postmaster-watch").start(this::loop);
    }

    /** Watches this one from now on, in place of any other; if it is dead already, that is reported as well. */
    public void watch(ProcessIdentity postmaster) {
        ProcessIdentity before = watched.getAndSet(postmaster);
        if (!postmaster.equals(before)) {
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
            ProcessIdentity postmaster = watched.get();
            if (postmaster == null) {
                LockSupport.park(this);
            } else if (awaitDeath(postmaster) && watched.compareAndSet(postmaster, null)) {
                report(postmaster);
            }
        }
    }

    private void report(ProcessIdentity postmaster) {
        try {
            onDeath.accept(postmaster);
        } catch (RuntimeException e) {
            LOG.error("the death of postmaster {} could not be handled", postmaster, e);
        }
    }

    /** False when something else is to be watched. */
    private boolean awaitDeath(ProcessIdentity postmaster) {
        OptionalInt descriptor = LinuxCalls.pidfdOpen(postmaster.pid());
        // Looked at after opening: from here on the descriptor certainly belongs to this process and to no later one.
        boolean alive = postmaster.isAlive();
        try {
            while (alive && postmaster.equals(watched.get())) {
                if (descriptor.isPresent()) {
                    LinuxCalls.awaitReadable(descriptor.getAsInt(), REVIEW);
                } else {
                    LockSupport.parkNanos(POLL.toNanos());
                }
                alive = postmaster.isAlive();
            }
            return !alive;
        } finally {
            descriptor.ifPresent(LinuxCalls::close);
        }
    }
}
