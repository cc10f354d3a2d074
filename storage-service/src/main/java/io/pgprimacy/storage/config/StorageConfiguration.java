package io.pgprimacy.storage.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.pgprimacy.storage.repository.BackupStates;
import io.pgprimacy.storage.repository.BackupUploads;
import io.pgprimacy.storage.repository.Catalog;
import io.pgprimacy.storage.repository.DirectTransfers;
import io.pgprimacy.storage.repository.DumpExpiry;
import io.pgprimacy.storage.repository.Expiry;
import io.pgprimacy.storage.repository.Garbage;
import io.pgprimacy.storage.repository.Incarnations;
import io.pgprimacy.storage.repository.LogArchive;
import io.pgprimacy.storage.repository.RelayTransfers;
import io.pgprimacy.storage.repository.Transfers;
import io.pgprimacy.storage.repository.Verification;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreRefused;
import io.pgprimacy.storage.store.StoreUnavailable;
import io.pgprimacy.storage.wal.DiscardedUploads;
import io.pgprimacy.storage.wal.OriginCheck;
import io.pgprimacy.storage.wal.OriginReads;
import io.pgprimacy.storage.wal.RestorePreview;
import io.pgprimacy.storage.wal.SupersededSlices;
import io.pgprimacy.storage.wal.WalCatalog;
import io.pgprimacy.storage.wal.WalExpiry;
import io.pgprimacy.storage.wal.WalTerms;
import io.pgprimacy.storage.wal.WalUploads;
import io.pgprimacy.trace.Tracing;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** What is wired to what. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StorageProperties.class)
@EnableScheduling
public class StorageConfiguration {
    private static final String STORE = "store";

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Tracing tracing() {
        return Tracing.ofEnvironment("pgprimacy-storage", "storage");
    }

    @Bean
    ObjectStore objectStore(
            StorageProperties properties,
            RetryRegistry retries,
            CircuitBreakerRegistry breakers,
            BulkheadRegistry bulkheads) {
        return new ObjectStore(
                properties.s3().settings(),
                retries.retry(STORE),
                breakers.circuitBreaker(STORE),
                bulkheads.bulkhead(STORE));
    }

    @Bean
    Transfers transfers(StorageProperties properties, ObjectStore store, Clock clock) {
        return switch (properties.transfer()) {
            case DIRECT ->
                new DirectTransfers(
                        store,
                        clock,
                        properties.grantLifetime(),
                        properties.s3().signChecksums());
            case RELAY ->
                new RelayTransfers(
                        URI.create(properties.baseUrl()),
                        properties.relaySecret().getBytes(UTF_8),
                        clock,
                        properties.grantLifetime());
        };
    }

    @Bean
    BackupUploads backupUploads(ObjectStore store, Transfers transfers, Clock clock, StorageProperties properties) {
        return new BackupUploads(store, transfers, clock, properties.garbageGrace(), properties.retentionGrace());
    }

    @Bean
    Catalog catalog(ObjectStore store, Transfers transfers) {
        return new Catalog(store, transfers);
    }

    @Bean
    Expiry expiry(ObjectStore store, Catalog catalog, Clock clock, StorageProperties properties) {
        return new Expiry(store, catalog, clock, properties.retentionGrace());
    }

    @Bean
    DumpExpiry dumpExpiry(ObjectStore store, Catalog catalog, Clock clock, StorageProperties properties) {
        return new DumpExpiry(store, catalog, clock, properties.retentionGrace());
    }

    @Bean
    WalExpiry walExpiry(ObjectStore store, WalTerms terms, Expiry expiry, Clock clock, StorageProperties properties) {
        return new WalExpiry(store, terms, expiry, clock, properties.retentionGrace());
    }

    @Bean
    Verification verification(ObjectStore store, Catalog catalog, Clock clock) {
        return new Verification(store, catalog, clock);
    }

    @Bean
    VerificationSchedule verificationSchedule(
            Verification verification, ObjectStore store, StorageProperties properties, MeterRegistry meters) {
        return new VerificationSchedule(verification, new BackupStates(store), properties.verify(), meters);
    }

    @Bean
    GarbageSchedule garbageSchedule(
            ObjectStore store, Clock clock, StorageProperties properties, MeterRegistry meters) {
        return new GarbageSchedule(new Garbage(store, clock, properties.garbageGrace()), meters);
    }

    @Bean
    FiguresSchedule figuresSchedule(
            ObjectStore store, Catalog catalog, WalCatalog wal, Clock clock, MeterRegistry meters) {
        return new FiguresSchedule(new BackupStates(store), catalog, wal, clock, meters);
    }

    @Bean
    WalTerms walTerms(ObjectStore store) {
        return new WalTerms(store);
    }

    @Bean
    RestorePreview restorePreview(ObjectStore store, Catalog catalog, WalTerms terms) {
        return new RestorePreview(store, catalog, terms);
    }

    @Bean
    Incarnations incarnations(ObjectStore store, Clock clock) {
        return new Incarnations(store, clock);
    }

    @Bean
    OriginCheck originCheck(Catalog catalog, WalCatalog wal, Incarnations incarnations) {
        return new OriginCheck(catalog, wal, incarnations);
    }

    @Bean
    OriginReads originReads(Incarnations incarnations, WalTerms terms, Catalog catalog, WalCatalog wal, Clock clock) {
        return new OriginReads(incarnations, terms, catalog, wal, clock);
    }

    @Bean
    WalUploads walUploads(WalTerms terms, Transfers transfers) {
        return new WalUploads(terms, transfers);
    }

    @Bean
    DiscardedUploads discardedUploads(ObjectStore store, Transfers transfers) {
        return new DiscardedUploads(store, transfers);
    }

    @Bean
    LogArchive logArchive(ObjectStore store) {
        return new LogArchive(store);
    }

    @Bean
    WalCatalog walCatalog(ObjectStore store, WalTerms terms) {
        return new WalCatalog(store, terms);
    }

    @Bean
    SliceSchedule sliceSchedule(ObjectStore store, Clock clock, StorageProperties properties, MeterRegistry meters) {
        return new SliceSchedule(new SupersededSlices(store, clock, properties.garbageGrace()), meters);
    }

    @Bean
    Map<String, String> clusterTokens(StorageProperties properties) {
        return properties.tokens();
    }

    @Bean
    Map<String, String> operatorTokens(StorageProperties properties) {
        return properties.operatorTokens();
    }

    @Bean
    HealthIndicator storeHealthIndicator(ObjectStore store) {
        return () -> {
            try {
                if (!store.bucketExists()) {
                    return Health.down().withDetail("bucket", "does not exist").build();
                }
                store.requireConditions();
                return Health.up().build();
            } catch (StoreUnavailable | StoreRefused e) {
                return Health.down()
                        .withDetail("store", String.valueOf(e.getMessage()))
                        .build();
            }
        };
    }
}
