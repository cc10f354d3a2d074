package io.pgprimacy.coordinator.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.pgprimacy.coordinator.webhook.WebhookListener;
import io.pgprimacy.core.metric.CoordinatorMetric;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Of the receivers that this coordinator sends to. */
public final class WebhookMetrics implements WebhookListener {
    private static final String DELIVERED = "delivered";
    private static final String NOT_TAKEN = "not-taken";
    private static final String GIVEN_UP = "given-up";

    private final Meters meters;
    private final Map<String, Double> waiting = new ConcurrentHashMap<>();

    public WebhookMetrics(MeterRegistry registry, List<String> webhooks) {
        this.meters = new Meters(registry);
        for (String webhook : webhooks) {
            waiting.put(webhook, 0.0);
            meters.gauge(CoordinatorMetric.WEBHOOK_WAITING, () -> waiting.getOrDefault(webhook, 0.0), webhook);
            List.of(DELIVERED, NOT_TAKEN, GIVEN_UP)
                    .forEach(outcome -> meters.counter(CoordinatorMetric.WEBHOOKS, webhook, outcome));
        }
    }

    @Override
    public void delivered(String webhook) {
        ended(webhook, DELIVERED);
    }

    @Override
    public void givenUp(String webhook) {
        ended(webhook, GIVEN_UP);
    }

    @Override
    public void notTaken(String webhook, Duration since) {
        waiting.put(webhook, (double) since.toSeconds());
        count(webhook, NOT_TAKEN);
    }

    private void ended(String webhook, String outcome) {
        waiting.put(webhook, 0.0);
        count(webhook, outcome);
    }

    private void count(String webhook, String outcome) {
        meters.counter(CoordinatorMetric.WEBHOOKS, webhook, outcome).increment();
    }
}
