package io.pgprimacy.coordinator.archive;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Has the archiver look round until the service stops. A thread of its own: what decides never waits for the store. */
public final class ArchiverThread implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiverThread.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final LogArchiver archiver;
    private final boolean wanted;
    private final Duration pause;
    private final Thread thread;
    private volatile boolean running;

    /**
     * @param wanted false where there is no store: it does nothing then
     * @param every how old a record may be before it is stored
     */
    public ArchiverThread(LogArchiver archiver, boolean wanted, Duration every) {
        this.wanted = wanted;
        this.archiver = archiver;
        Duration quarter = every.dividedBy(4);
        Duration bounded = quarter.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : quarter;
        this.pause = bounded.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : bounded;
        this.thread = Thread.ofPlatform().name("log-archiver").daemon().unstarted(this::run);
    }

    private void run() {
        while (running) {
            try {
                archiver.round();
            } catch (RuntimeException e) {
                LOG.error("storing the logs failed; trying again", e);
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void start() {
        running = true;
        if (wanted) {
            thread.start();
        }
    }

    /** Not waited for: a stretch that is broken off was put, or was not. */
    @Override
    public void stop() {
        running = false;
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
