package io.pgprimacy.storage.config;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pgprimacy.core.metric.StorageMetric;
import io.pgprimacy.storage.repository.Garbage;
import io.pgprimacy.storage.store.StoreRefused;
import io.pgprimacy.storage.store.StoreUnavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/** Collects now and then. Several instances may do so at once: removing twice is removing. */
final class GarbageSchedule {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageSchedule.class);

    private final Garbage garbage;
    private final Counter collected;
    private final Counter failures;

    GarbageSchedule(Garbage garbage, MeterRegistry meters) {
        this.garbage = garbage;
        this.collected = new StorageMeters(meters).counter(StorageMetric.GARBAGE_OBJECTS);
        this.failures = new StorageMeters(meters).counter(StorageMetric.GARBAGE_FAILURES);
    }

    @Scheduled(
            initialDelayString = "${pgprimacy.storage.garbage-interval:1h}",
            fixedDelayString = "${pgprimacy.storage.garbage-interval:1h}")
    void collect() {
        try {
            Garbage.Collected done = garbage.collect();
            collected.increment(done.objects());
            if (!done.directories().isEmpty() || done.uploads() > 0) {
                LOG.info(
                        "collected {} objects of {} abandoned backups and {} unfinished uploads: {}",
                        done.objects(),
                        done.directories().size(),
                        done.uploads(),
                        done.directories());
            }
        } catch (StoreUnavailable | StoreRefused e) {
            failures.increment();
            LOG.warn("nothing collected: {}", e.getMessage());
        }
    }
}
