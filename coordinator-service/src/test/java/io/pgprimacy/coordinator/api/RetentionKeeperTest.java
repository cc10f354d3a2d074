package io.pgprimacy.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.pgprimacy.coordinator.storage.RetentionKeeper;
import io.pgprimacy.coordinator.storage.StorageOperator;
import io.pgprimacy.core.cluster.RetentionOrder;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.event.RetentionReport;
import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionKeeperTest {
    private static final ClusterId MAIN = new ClusterId("main");
    private static final RetentionOrder ORDER =
            new RetentionOrder(7, new Retention(2, Duration.ofHours(36), 0, 0, 0), "ada: nightly");

    private FakeStorage storage;
    private RetentionKeeper keeper;

    @BeforeEach
    void start() {
        storage = new FakeStorage();
        storage.begin();
        keeper = keeper(Duration.ofMinutes(5));
    }

    @AfterEach
    void stop() {
        keeper.close();
        storage.close();
    }

    private RetentionKeeper keeper(Duration bound) {
        return new RetentionKeeper(
                new StorageOperator(storage.url(), "operator-token", CircuitBreaker.ofDefaults("test")),
                Duration.ofMillis(20),
                bound);
    }

    private void isThere() {
        storage.on("POST /retention/plan", 200, """
                {"backups":[{"backup":"x","stays":false,"because":["no rule keeps it"]}]}""");
        storage.on("POST /retention/apply", 200, """
                {"marked":["x"],"waiting":[],"released":[],"removed":["y"],"walRemoved":{"objects":2,"bytes":9}}""");
    }

    private RetentionReport report() {
        await().until(() -> keeper.hold(MAIN, Optional.of(ORDER)).isPresent());
        return keeper.hold(MAIN, Optional.of(ORDER)).orElseThrow();
    }

    @Test
    void anOrderIsCarriedOutOnceAndWhatCameOfItIsToldWithTheReasons() {
        isThere();
        RetentionReport.Applied applied = (RetentionReport.Applied) report();

        assertThat(applied.ordered()).isEqualTo(7);
        assertThat(applied.outcome().marked()).containsEntry("x", "no rule keeps it");
        assertThat(applied.outcome().removed()).containsExactly("y");
        assertThat(applied.outcome().walRemoved().bytes()).isEqualTo(9);
        assertThat(storage.asked())
                .filteredOn(asked -> asked.startsWith("POST /retention/apply"))
                .singleElement()
                .asString()
                .contains("\"window\":\"129600s\"", "ada: nightly", "decision 7 of the log");
    }

    @Test
    void aStorageServiceThatIsAwayIsAskedAgainUntilItIsThere() {
        assertThat(keeper.hold(MAIN, Optional.of(ORDER))).isEmpty();
        await().until(() -> storage.asked().size() > 2);
        assertThat(keeper.hold(MAIN, Optional.of(ORDER))).isEmpty();
        isThere();
        assertThat(report()).isInstanceOf(RetentionReport.Applied.class);
    }

    @Test
    void oneThatStaysAwayIsGivenUpAndARefusalAtOnce() {
        keeper.close();
        keeper = keeper(Duration.ZERO);
        assertThat(report()).isInstanceOf(RetentionReport.Failed.class);

        keeper.close();
        keeper = keeper(Duration.ofMinutes(5));
        storage.on("POST /retention/plan", 400, "{\"code\":\"invalid-request\",\"detail\":\"no such policy\"}");
        assertThat(report()).isEqualTo(new RetentionReport.Failed(7, "no such policy"));
    }

    @Test
    void withTheOrderItIsForgotten() {
        isThere();
        report();
        assertThat(keeper.hold(MAIN, Optional.empty())).isEmpty();
        report();
        assertThat(storage.asked())
                .filteredOn(asked -> asked.startsWith("POST /retention/apply"))
                .hasSize(2);
    }
}
