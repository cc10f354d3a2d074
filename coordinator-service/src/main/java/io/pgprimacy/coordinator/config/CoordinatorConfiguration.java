package io.pgprimacy.coordinator.config;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.pgprimacy.access.Operators;
import io.pgprimacy.coordinator.api.Access;
import io.pgprimacy.coordinator.archive.ArchivedLog;
import io.pgprimacy.coordinator.archive.ArchiverThread;
import io.pgprimacy.coordinator.archive.LogArchiver;
import io.pgprimacy.coordinator.archive.StorageLogs;
import io.pgprimacy.coordinator.config.CoordinatorProperties.Operators.Reads;
import io.pgprimacy.coordinator.kafka.ClusterCreation;
import io.pgprimacy.coordinator.kafka.GroupOwnership;
import io.pgprimacy.coordinator.kafka.KafkaClusterLogs;
import io.pgprimacy.coordinator.kafka.KafkaLogExport;
import io.pgprimacy.coordinator.kafka.KafkaLogSource;
import io.pgprimacy.coordinator.kafka.KafkaPositions;
import io.pgprimacy.coordinator.metrics.CoordinatorMetrics;
import io.pgprimacy.coordinator.metrics.WebhookMetrics;
import io.pgprimacy.coordinator.runtime.Clocks;
import io.pgprimacy.coordinator.runtime.FleetRuntime;
import io.pgprimacy.coordinator.runtime.FleetThread;
import io.pgprimacy.coordinator.schedule.CronCalendar;
import io.pgprimacy.coordinator.storage.RetentionKeeper;
import io.pgprimacy.coordinator.storage.StorageCatalog;
import io.pgprimacy.coordinator.storage.StorageOperator;
import io.pgprimacy.coordinator.webhook.Post;
import io.pgprimacy.coordinator.webhook.Webhook;
import io.pgprimacy.coordinator.webhook.Webhooks;
import io.pgprimacy.log.ClusterTopics;
import io.pgprimacy.log.KafkaSettings;
import io.pgprimacy.trace.Tracing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What is wired to what, with Kafka behind it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CoordinatorProperties.class)
public class CoordinatorConfiguration {
    private static final Duration RETENTION_AGAIN_AFTER = Duration.ofSeconds(30);
    private static final Duration RETENTION_GIVEN_UP_AFTER = Duration.ofHours(1);

    @Bean
    KafkaSettings kafkaSettings(CoordinatorProperties properties) {
        return new KafkaSettings(
                properties.kafka().bootstrapServers(),
                new TreeMap<>(properties.kafka().properties()),
                writer(properties));
    }

    private static String writer(CoordinatorProperties properties) {
        return "coordinator/" + properties.coordinatorId();
    }

    @Bean
    Tracing tracing(CoordinatorProperties properties) {
        return Tracing.ofEnvironment("pgprimacy-coordinator", properties.coordinatorId());
    }

    @Bean
    Clocks clocks() {
        return Clocks.system();
    }

    @Bean
    CoordinatorMetrics coordinatorMetrics(MeterRegistry meters, Clocks clocks) {
        return new CoordinatorMetrics(meters, clocks);
    }

    @Bean
    KafkaClusterLogs clusterLogs(KafkaSettings settings, CoordinatorMetrics metrics) {
        return new KafkaClusterLogs(settings, metrics);
    }

    @Bean
    GroupOwnership groupOwnership(CoordinatorProperties properties) {
        return new GroupOwnership(client(properties), properties.coordinatorId(), properties.ownershipSession());
    }

    private static Map<String, Object> client(CoordinatorProperties properties) {
        Map<String, Object> client = new HashMap<>(properties.kafka().properties());
        client.put("bootstrap.servers", properties.kafka().bootstrapServers());
        client.put("metric.reporters", "");
        return client;
    }

    @Bean
    FleetRuntime fleetRuntime(
            KafkaClusterLogs logs,
            GroupOwnership ownership,
            CoordinatorMetrics metrics,
            CoordinatorProperties properties,
            Clocks clocks,
            RetentionKeeper retention,
            Tracing tracing) {
        FleetRuntime fleet = new FleetRuntime(
                logs, ownership, clocks, metrics, properties.coordinatorId(), new CronCalendar(), retention);
        metrics.show(fleet);
        if (tracing.isOn()) {
            fleet.tell(tracing.log(writer(properties))::read);
        }
        return fleet;
    }

    @Bean
    Supplier<FleetRuntime> fleetOnStage(FleetRuntime fleet) {
        return () -> fleet;
    }

    @Bean
    FleetThread fleetThread(FleetRuntime fleet) {
        return new FleetThread(fleet);
    }

    @Bean
    Access access(CoordinatorProperties properties) {
        String file = properties.operators().file();
        return new Access(
                file.isBlank() ? Optional.empty() : Optional.of(Operators.read(Path.of(file))),
                properties.operators().reads() == Reads.OPEN);
    }

    @Bean
    StorageCatalog storageCatalog(CoordinatorProperties properties, CircuitBreakerRegistry breakers) {
        return new StorageCatalog(
                properties.storage().url(), properties.storage().tokens(), breakers.circuitBreaker("storage"));
    }

    @Bean
    StorageOperator storageOperator(CoordinatorProperties properties, CircuitBreakerRegistry breakers) {
        return new StorageOperator(
                properties.storage().url(),
                properties.storage().operatorToken(),
                breakers.circuitBreaker("storage-operator"));
    }

    @Bean
    RetentionKeeper retentionKeeper(StorageOperator storage) {
        return new RetentionKeeper(storage, RETENTION_AGAIN_AFTER, RETENTION_GIVEN_UP_AFTER);
    }

    @Bean
    Webhooks webhooks(
            CoordinatorProperties properties,
            FleetRuntime fleet,
            KafkaPositions positions,
            Clocks clocks,
            MeterRegistry meters,
            RetryRegistry retries) {
        List<Webhook> webhooks = WebhookSettings.read(properties.webhooks());
        return new Webhooks(
                webhooks,
                fleet,
                positions,
                new Post(retries.retry("webhook"), clocks.wall()),
                clocks,
                new WebhookMetrics(meters, webhooks.stream().map(Webhook::name).toList()));
    }

    @Bean
    KafkaPositions webhookPositions(CoordinatorProperties properties) {
        return new KafkaPositions(client(properties), properties.coordinatorId());
    }

    @Bean
    KafkaLogExport logExport(KafkaSettings settings) {
        return new KafkaLogExport(settings);
    }

    @Bean
    ArchivedLog archivedLog(StorageOperator storage) {
        return new ArchivedLog(new StorageLogs(storage));
    }

    @Bean
    LogArchiver logArchiver(
            FleetRuntime fleet,
            StorageOperator storage,
            KafkaSettings settings,
            Clocks clocks,
            CoordinatorProperties properties,
            CoordinatorMetrics metrics) {
        CoordinatorProperties.LogArchive pace = properties.logArchive();
        LogArchiver archiver = new LogArchiver(
                fleet,
                new StorageLogs(storage),
                new KafkaLogSource(settings),
                clocks,
                new LogArchiver.Pace(pace.every(), pace.records()));
        metrics.showArchive(archiver::age);
        return archiver;
    }

    /** Without a storage service there is nothing to do. */
    @Bean
    ArchiverThread archiverThread(LogArchiver archiver, StorageOperator storage, CoordinatorProperties properties) {
        return new ArchiverThread(
                archiver, storage.isConfigured(), properties.logArchive().every());
    }

    @Bean
    ClusterCreation clusterCreation(
            KafkaSettings settings,
            KafkaClusterLogs logs,
            CoordinatorProperties properties,
            RetryRegistry retries,
            CircuitBreakerRegistry breakers) {
        return new ClusterCreation(
                new ClusterTopics(settings),
                logs,
                properties.durability(),
                properties.sandbox(),
                retries.retry("kafka-admin"),
                breakers.circuitBreaker("kafka-admin"));
    }
}
