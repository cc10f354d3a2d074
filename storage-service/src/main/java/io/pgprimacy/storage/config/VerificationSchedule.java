package io.pgprimacy.storage.config;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.metric.StorageMetric;
import io.pgprimacy.storage.repository.BackupStates;
import io.pgprimacy.storage.repository.Refusal;
import io.pgprimacy.storage.repository.Verification;
import io.pgprimacy.storage.repository.Verification.Limits;
import io.pgprimacy.storage.repository.Verification.Outcome;
import io.pgprimacy.storage.store.StoreRefused;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/** Verifies a part of every cluster's backups now and then; the parts add up to all of it. */
final class VerificationSchedule {
    private static final Logger LOG = LoggerFactory.getLogger(VerificationSchedule.class);

    private final Verification verification;
    private final BackupStates states;
    private final StorageProperties.Verify limits;
    private final Counter bytes;
    private final Counter failures;
    private final AtomicLong damaged = new AtomicLong();

    VerificationSchedule(
            Verification verification, BackupStates states, StorageProperties.Verify limits, MeterRegistry meters) {
        this.verification = verification;
        this.states = states;
        this.limits = limits;
        StorageMeters ours = new StorageMeters(meters);
        this.bytes = ours.counter(StorageMetric.VERIFIED_BYTES);
        this.failures = ours.counter(StorageMetric.VERIFICATION_FAILURES);
        ours.gauge(StorageMetric.VERIFICATION_DAMAGED, Tags.empty(), damaged::get);
    }

    @Scheduled(
            initialDelayString = "${pgprimacy.storage.verify.interval:24h}",
            fixedDelayString = "${pgprimacy.storage.verify.interval:24h}")
    void verify() {
        List<ClusterId> clusters;
        try {
            clusters = states.clusters();
        } catch (StoreUnavailable | StoreRefused e) {
            failures.increment();
            LOG.warn("nothing verified: {}", e.getMessage());
            return;
        }
        long found = 0;
        for (ClusterId cluster : clusters) {
            found += verify(cluster, clusters.size());
        }
        damaged.set(found);
    }

    /** One cluster that cannot be verified keeps none of the others from it. */
    private long verify(ClusterId cluster, int sharedBy) {
        try {
            Outcome outcome = verification.run(
                    cluster,
                    new Limits(limits.time().dividedBy(sharedBy), limits.rate().toBytes()));
            bytes.increment((double) outcome.bytes());
            LOG.info(
                    "verified {} objects, {} bytes of cluster {}; whole: {}",
                    outcome.objects(),
                    outcome.bytes(),
                    cluster,
                    outcome.passed());
            if (!outcome.damaged().isEmpty() || !outcome.unreadable().isEmpty()) {
                LOG.error("damaged backups of cluster {}: {} {}", cluster, outcome.damaged(), outcome.unreadable());
            }
            return (long) outcome.damaged().size() + outcome.unreadable().size();
        } catch (StoreUnavailable | StoreRefused | Refusal e) {
            failures.increment();
            LOG.warn("verification of cluster {} broke off: {}", cluster, e.getMessage());
            return 0;
        }
    }
}
