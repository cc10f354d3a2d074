package io.pgprimacy.coordinator.api;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.pgprimacy.access.Operators;
import io.pgprimacy.coordinator.archive.ArchivedLog;
import io.pgprimacy.coordinator.archive.StorageLogs;
import io.pgprimacy.coordinator.runtime.FakeFleet;
import io.pgprimacy.coordinator.runtime.FleetRuntime;
import io.pgprimacy.coordinator.storage.StorageCatalog;
import io.pgprimacy.coordinator.storage.StorageOperator;
import io.pgprimacy.core.event.LogRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.MockMvcBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;

/** The interface over a fleet in memory; a thread stands in for the fleet's own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(ApiConfiguration.class)
class ApiTestApplication {
    static final String OPERATOR = "an operator's";

    /** Who asks, where a test names nobody. */
    static final String ADA = "Bearer ada-s-token-of-many-characters";

    static final String BOB = "Bearer bob-s-token-of-many-characters";

    /** The fleet that is on stage; each test begins with a new one. */
    static final class Scene implements AutoCloseable {
        private final FakeStorage storage = new FakeStorage();
        private volatile FakeFleet fleet = new FakeFleet();
        private volatile boolean open = true;
        volatile boolean brokersAreAway;

        Scene() {
            Thread.ofPlatform().daemon().name("fake-fleet").start(this::run);
        }

        private void run() {
            while (open) {
                fleet.turn();
                try {
                    Thread.sleep(2);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        void begin() {
            fleet = new FakeFleet().withMain();
            brokersAreAway = false;
        }

        FakeFleet fleet() {
            return fleet;
        }

        FakeStorage storage() {
            return storage;
        }

        @Override
        public void close() {
            storage.close();
            open = false;
        }
    }

    @Bean
    Access access() {
        return new Access(Optional.of(operators()), true);
    }

    static Operators operators() {
        return Operators.of(
                Path.of("operators"),
                List.of(
                        Operators.line("ada", ADA.substring("Bearer ".length())),
                        Operators.line("bob", BOB.substring("Bearer ".length()))));
    }

    @Bean
    MockMvcBuilderCustomizer ada() {
        return builder -> builder.defaultRequest(MockMvcRequestBuilders.get("/").header("Authorization", ADA));
    }

    @Bean
    Scene scene() {
        return new Scene();
    }

    @Bean
    Supplier<FleetRuntime> fleetOnStage(Scene scene) {
        return () -> scene.fleet().runtime;
    }

    @Bean
    StorageCatalog storageCatalog() {
        return new StorageCatalog("", Map.of(), CircuitBreaker.ofDefaults("storage"));
    }

    /** Where it asks is the scene's to say. */
    @Bean
    StorageOperator storageOperator(Scene scene) {
        return new StorageOperator(scene.storage().url(), OPERATOR, CircuitBreaker.ofDefaults("operator"));
    }

    /** As a broker would give them, but for what a record's envelope holds. */
    @Bean
    LogExport logExport(Scene scene) {
        return (cluster, sink) -> {
            if (scene.brokersAreAway) {
                throw new LogExport.Unavailable("the brokers are away", new IOException());
            }
            for (LogRecord record : scene.fleet().logs.records(cluster)) {
                sink.take("{\"offset\":" + record.offset() + "}");
            }
        };
    }

    @Bean
    ArchivedLog archivedLog(StorageOperator storage) {
        return new ArchivedLog(new StorageLogs(storage));
    }

    @Bean
    TopicMaker topicMaker(Scene scene) {
        return cluster -> scene.fleet().logs.make(cluster);
    }
}
