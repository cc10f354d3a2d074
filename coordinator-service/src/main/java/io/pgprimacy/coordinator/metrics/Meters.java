package io.pgprimacy.coordinator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.metric.CoordinatorMetric;
import io.pgprimacy.core.metric.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Registers meters by their entries in the catalogue, whose labels the values stand in the order of. */
record Meters(MeterRegistry registry) {

    void gauge(CoordinatorMetric metric, Supplier<Number> value, String... labels) {
        Gauge.builder(metric.meter(), value)
                .description(metric.description())
                .tags(tags(metric, labels))
                .register(registry);
    }

    Counter counter(CoordinatorMetric metric, String... labels) {
        return Counter.builder(metric.meter())
                .description(metric.description())
                .tags(tags(metric, labels))
                .register(registry);
    }

    Timer timer(CoordinatorMetric metric, String... labels) {
        return Timer.builder(metric.meter())
                .description(metric.description())
                .tags(tags(metric, labels))
                .register(registry);
    }

    /** With the median and the 99th percentile, for what happens often. */
    Timer percentiles(CoordinatorMetric metric) {
        return Timer.builder(metric.meter())
                .description(metric.description())
                .publishPercentiles(0.5, 0.99)
                .register(registry);
    }

    /** What was exported for that cluster is no longer. */
    void remove(ClusterId cluster) {
        registry.getMeters().stream()
                .filter(m -> cluster.value().equals(m.getId().getTag(Metric.CLUSTER)))
                .toList()
                .forEach(registry::remove);
    }

    private static Tags tags(Metric metric, String... values) {
        if (values.length != metric.labels().size()) {
            throw new IllegalArgumentException(metric.exposed() + " has the labels " + metric.labels());
        }
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            tags.add(metric.labels().get(i));
            tags.add(values[i]);
        }
        return Tags.of(tags.toArray(String[]::new));
    }
}
