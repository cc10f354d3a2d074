package io.pgprimacy.storage.config;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pgprimacy.core.metric.StorageMetric;
import io.pgprimacy.storage.store.StoreRefused;
import io.pgprimacy.storage.store.StoreUnavailable;
import io.pgprimacy.storage.wal.SupersededSlices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/** Removes superfluous slices now and then. Several instances may do so at once: removing twice is removing. */
final class SliceSchedule {
    private static final Logger LOG = LoggerFactory.getLogger(SliceSchedule.class);

    private final SupersededSlices slices;
    private final Counter removed;

    SliceSchedule(SupersededSlices slices, MeterRegistry meters) {
        this.slices = slices;
        this.removed = new StorageMeters(meters).counter(StorageMetric.SLICES_REMOVED);
    }

    @Scheduled(
            initialDelayString = "${pgprimacy.storage.garbage-interval:1h}",
            fixedDelayString = "${pgprimacy.storage.garbage-interval:1h}")
    void collect() {
        try {
            removed.increment(slices.collect());
        } catch (StoreUnavailable | StoreRefused e) {
            LOG.warn("no slices removed: {}", e.getMessage());
        }
    }
}
