package io.pgprimacy.storage.config;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.pgprimacy.core.metric.StorageMetric;
import java.util.function.Supplier;

/** Registers meters by their entries in the catalogue. */
record StorageMeters(MeterRegistry registry) {

    Counter counter(StorageMetric metric) {
        return Counter.builder(metric.meter()).description(metric.description()).register(registry);
    }

    void gauge(StorageMetric metric, Tags tags, Supplier<Number> value) {
        Gauge.builder(metric.meter(), value)
                .description(metric.description())
                .tags(tags)
                .register(registry);
    }
}
