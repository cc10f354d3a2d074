package io.pgprimacy.agent.postgres;

import static io.pgprimacy.agent.PostgresTestBed.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.agent.PostgresTestBed;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminConnectionTest {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final PostgresTestBed bed = new PostgresTestBed();

    @AfterEach
    void clean() throws IOException {
        bed.close();
        threads.shutdownNow();
    }

    /** Whoever stops PostgreSQL, because a lease ends, must not wait for the checkpoint of a switchover. */
    @Test
    void closing_does_not_wait_for_what_runs_on_it() {
        PostgresInstance instance = bed.primary("node-a");
        CompletableFuture<Void> running = CompletableFuture.runAsync(
                () -> instance.execute("select pg_sleep(600)", Duration.ofMinutes(11)), threads);
        await().atMost(BOUND)
                .until(() -> PostgresTestBed.query(
                                instance,
                                "select count(*) from pg_stat_activity where query like '%pg_sleep(600)'"
                                        + " and pid <> pg_backend_pid() and state = 'active'")
                        .equals("1"));

        assertThat(CompletableFuture.supplyAsync(() -> instance.stop(StopMode.IMMEDIATE, BOUND), threads))
                .succeedsWithin(BOUND);
        assertThatThrownBy(running::join).hasCauseInstanceOf(PostgresFailure.class);
    }
}
