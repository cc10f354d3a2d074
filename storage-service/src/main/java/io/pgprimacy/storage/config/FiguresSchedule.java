package io.pgprimacy.storage.config;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.metric.Metric;
import io.pgprimacy.core.metric.StorageMetric;
import io.pgprimacy.storage.repository.BackupStates;
import io.pgprimacy.storage.repository.Catalog;
import io.pgprimacy.storage.repository.Figures;
import io.pgprimacy.storage.repository.Refusal;
import io.pgprimacy.storage.store.StoreRefused;
import io.pgprimacy.storage.store.StoreUnavailable;
import io.pgprimacy.storage.wal.WalCatalog;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Looks now and then at what there is in the bucket, for the metrics: a scrape must not cost listings. While the store is away the figures stay
 * as they were, and their age tells it.
 */
final class FiguresSchedule {
    private static final Logger LOG = LoggerFactory.getLogger(FiguresSchedule.class);

    private final BackupStates states;
    private final Catalog catalog;
    private final WalCatalog wal;
    private final Clock clock;
    private final StorageMeters meters;
    private final Counter failures;
    private final Set<ClusterId> shown = new TreeSet<>();
    private volatile SortedMap<ClusterId, Figures> latest = new TreeMap<>();
    private volatile double taken = Double.NaN;

    FiguresSchedule(BackupStates states, Catalog catalog, WalCatalog wal, Clock clock, MeterRegistry registry) {
        this.states = states;
        this.catalog = catalog;
        this.wal = wal;
        this.clock = clock;
        this.meters = new StorageMeters(registry);
        this.failures = meters.counter(StorageMetric.FIGURES_FAILURES);
        meters.gauge(StorageMetric.FIGURES_AT, Tags.empty(), () -> taken);
    }

    @Scheduled(
            initialDelayString = "${pgprimacy.storage.figures-delay:10s}",
            fixedDelayString = "${pgprimacy.storage.figures-interval:5m}")
    void take() {
        try {
            SortedMap<ClusterId, Figures> all = new TreeMap<>();
            for (ClusterId cluster : states.clusters()) {
                all.put(cluster, of(cluster));
            }
            latest = all;
            all.keySet().stream().filter(shown::add).forEach(this::register);
            taken = seconds(clock.instant());
        } catch (StoreUnavailable | StoreRefused | Refusal e) {
            failures.increment();
            LOG.warn("no figures of the repository: {}", e.getMessage());
        }
    }

    private Figures of(ClusterId cluster) {
        return Figures.of(
                cluster,
                catalog.list(cluster),
                states.incarnations(cluster).stream()
                        .max(Comparator.naturalOrder())
                        .map(life -> wal.report(new WalPlace(cluster, life))));
    }

    /** Once for each cluster; one whose repository is gone tells NaN until the service is started again. */
    private void register(ClusterId cluster) {
        gauge(StorageMetric.BACKUPS, cluster, f -> (double) f.backups());
        gauge(StorageMetric.BACKUPS_DAMAGED, cluster, f -> (double) f.damaged());
        gauge(StorageMetric.BYTES, cluster, f -> (double) f.bytes());
        gauge(StorageMetric.OLDEST_BACKUP, cluster, f -> seconds(f.oldest()));
        gauge(StorageMetric.LAST_PROVEN, cluster, f -> seconds(f.proof().map(BackupStates.Proof::at)));
        gauge(
                StorageMetric.PROVEN_TOOK,
                cluster,
                f -> f.proof().map(BackupStates.Proof::seconds).orElse(Double.NaN));
        gauge(StorageMetric.LAST_VERIFIED, cluster, f -> seconds(f.verified()));
        gauge(StorageMetric.WAL_BYTES, cluster, f -> (double) f.walBytes());
        gauge(StorageMetric.WAL_HOLES, cluster, f -> (double) f.walHoles());
        gauge(StorageMetric.WAL_NEWEST, cluster, f -> seconds(f.walNewest()));
        for (BackupType type : BackupType.values()) {
            Tags tags =
                    Tags.of(Metric.CLUSTER, cluster.value(), "type", type.name().toLowerCase(Locale.ROOT));
            meters.gauge(
                    StorageMetric.LAST_BACKUP,
                    tags,
                    () -> value(
                            cluster, f -> seconds(Optional.ofNullable(f.last().get(type)))));
        }
    }

    private void gauge(StorageMetric metric, ClusterId cluster, ToDoubleFunction<Figures> value) {
        meters.gauge(metric, Tags.of(Metric.CLUSTER, cluster.value()), () -> value(cluster, value));
    }

    private double value(ClusterId cluster, ToDoubleFunction<Figures> value) {
        Figures figures = latest.get(cluster);
        return figures == null ? Double.NaN : value.applyAsDouble(figures);
    }

    private static double seconds(Optional<Instant> at) {
        return at.map(FiguresSchedule::seconds).orElse(Double.NaN);
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / 1000.0;
    }
}
