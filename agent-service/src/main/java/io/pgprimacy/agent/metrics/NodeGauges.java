package io.pgprimacy.agent.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.metric.Metric;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Registers gauges by their entries in the catalogue: computed when asked for, so that they cost nothing in between. */
record NodeGauges(MeterRegistry registry, Tags tags, Supplier<Snapshot> snapshot) {

    void of(Metric metric, ToDoubleFunction<Snapshot> value) {
        add(metric, () -> value.applyAsDouble(snapshot.get()));
    }

    /** NaN where there is nothing to tell. */
    <T> void maybe(Metric metric, Supplier<Optional<T>> source, ToDoubleFunction<T> value) {
        add(metric, () -> source.get().map(value::applyAsDouble).orElse(Double.NaN));
    }

    private void add(Metric metric, Supplier<Number> value) {
        Gauge.builder(metric.meter(), value)
                .description(metric.description())
                .tags(tags)
                .register(registry);
    }

    static double bit(boolean value) {
        return value ? 1 : 0;
    }
}
