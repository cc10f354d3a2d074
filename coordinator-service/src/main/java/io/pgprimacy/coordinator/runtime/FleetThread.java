package io.pgprimacy.coordinator.runtime;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Turns the fleet until the service stops. */
public final class FleetThread implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(FleetThread.class);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 200;
    private static final long STOP_BOUND_MILLIS = 2000;

    private final FleetRuntime fleet;
    private final Thread thread;
    private volatile boolean running;

    public FleetThread(FleetRuntime fleet) {
        this.fleet = fleet;
        this.thread = Thread.ofPlatform().name("fleet").unstarted(this::run);
    }

    private void run() {
        while (running) {
            try {
                fleet.turn();
            } catch (RuntimeException e) {
                LOG.error("the fleet's turn failed; trying again", e);
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void start() {
        running = true;
        thread.start();
    }

    @Override
    public void stop() {
        running = false;
        try {
            thread.join(STOP_BOUND_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
