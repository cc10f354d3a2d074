package io.pgprimacy.coordinator.webhook;

import io.pgprimacy.coordinator.runtime.Clocks;
import io.pgprimacy.coordinator.runtime.FleetRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** A thread for each receiver, so that one that is away holds up no other. */
public final class Webhooks implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);
    private static final Duration AGAIN_AFTER_AT_MOST = Duration.ofMinutes(1);
    private static final Duration STOP_BOUND = Duration.ofSeconds(2);

    private final List<Thread> threads = new ArrayList<>();
    private final Post post;
    private volatile boolean running;

    public Webhooks(
            List<Webhook> webhooks,
            FleetRuntime fleet,
            Positions positions,
            Post post,
            Clocks clocks,
            WebhookListener listener) {
        this.post = post;
        for (Webhook webhook : webhooks) {
            Courier courier = new Courier(webhook, fleet, positions, post, clocks, listener);
            threads.add(Thread.ofVirtual().name("webhook-" + webhook.name()).unstarted(() -> run(webhook, courier)));
        }
    }

    private void run(Webhook webhook, Courier courier) {
        Duration again = AGAIN_AFTER;
        try {
            while (running) {
                boolean taken = isTaken(webhook, courier);
                Thread.sleep(taken ? LOOK_EVERY : again);
                Duration twice = again.multipliedBy(2);
                again = taken ? AGAIN_AFTER : twice.compareTo(AGAIN_AFTER_AT_MOST) < 0 ? twice : AGAIN_AFTER_AT_MOST;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isTaken(Webhook webhook, Courier courier) throws InterruptedException {
        try {
            return courier.turn();
        } catch (RuntimeException e) {
            // Its place could not be read or remembered, for instance: then something is sent twice.
            LOG.warn("webhook {} was interrupted in its work, trying again", webhook.name(), e);
            return false;
        }
    }

    @Override
    public void start() {
        running = true;
        threads.forEach(Thread::start);
    }

    @Override
    public void stop() {
        running = false;
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join(STOP_BOUND);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        post.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
