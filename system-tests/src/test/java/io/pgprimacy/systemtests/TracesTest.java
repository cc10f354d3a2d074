package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.TraceCollector.Told;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An operation is one trace at whatever collects traces, though its services speak to each other through the log alone. */
class TracesTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @Test
    void whatServicesDoForOneOperationIsOneTrace() {
        try (TraceCollector collector = new TraceCollector();
                SandboxUnderTest sandbox = SandboxUnderTest.up(
                        SandboxUnderTest.Options.ASYNCHRONOUS.withStorage().withEnvironment(collector.environment()))) {
            sandbox.telling(() -> {
                String old = sandbox.look().primary();
                sandbox.change("switchover");
                sandbox.waitHealthy();
                aSwitchoverIsOneTrace(collector, old, sandbox.look().primary());

                sandbox.run("backup", "--reason", "test").expectSuccess();
                aBackupIsOneTraceAlsoWithinTheStorageService(collector);

                String standby = sandbox.look().standbys().getFirst();
                sandbox.run("rebuild", standby, "--reason", "test", "--yes").expectSuccess();
                aRebuildIsOneTraceAlsoWithinTheStorageService(collector);
            });
        }
    }

    private static void aSwitchoverIsOneTrace(TraceCollector collector, String from, String to) {
        Told following = spanOf(collector, "StandbyFollowing", "pgprimacy-agent/" + from);
        Told promoted = spanOf(collector, "Promoted", "pgprimacy-agent/" + to);
        Told stopped = spanOf(collector, "PrimaryStopped", "pgprimacy-agent/" + from);

        Told chosen = parentOf(collector, promoted);
        Told ordered = parentOf(collector, stopped);
        Told started = parentOf(collector, ordered);
        Told asked = parentOf(collector, started);
        assertThat(parentOf(collector, following)).isEqualTo(chosen);
        assertThat(chosen.name()).isEqualTo("PrimaryChosen");
        assertThat(parentOf(collector, chosen)).isEqualTo(ordered);
        assertThat(List.of(ordered.name(), started.name(), asked.name()))
                .containsExactly("PrimaryStopOrdered", "SwitchoverStarted", "SwitchoverRequested");
        assertThat(asked.parent()).isEmpty();
        assertThat(List.of(following, promoted, stopped, chosen, ordered, started, asked))
                .allSatisfy(span -> {
                    assertThat(span.trace()).isEqualTo(asked.trace());
                    assertThat(span.attribute("operation")).isEqualTo(asked.attribute("operation"));
                    assertThat(span.attribute("cluster")).isEqualTo("main");
                    assertThat(span.failed()).isFalse();
                });
        assertThat(chosen.service()).startsWith("pgprimacy-coordinator/");
        assertThat(chosen.attribute("because")).isNotEmpty();
    }

    private static void aBackupIsOneTraceAlsoWithinTheStorageService(TraceCollector collector) {
        Eventually.until(
                "the backup's trace",
                BOUND,
                () -> find(collector, "BackupCompleted", "pgprimacy-agent/").isPresent());
        Told completed = find(collector, "BackupCompleted", "pgprimacy-agent/").orElseThrow();
        Told ordered = parentOf(collector, completed);
        assertThat(ordered.name()).isEqualTo("BackupOrdered");
        assertThat(parentOf(collector, ordered).name()).isEqualTo("BackupRequested");
        assertThat(storedFor(collector, ordered))
                .anySatisfy(span -> assertThat(span.name()).startsWith("POST /api/v1/clusters/{cluster}/"));
    }

    private static void aRebuildIsOneTraceAlsoWithinTheStorageService(TraceCollector collector) {
        Told ordered = spanOf(collector, "RebuildOrdered", "pgprimacy-coordinator/");
        Eventually.until(
                "its end, which is not a node's first filling",
                BOUND,
                () -> collector.spans().stream()
                        .anyMatch(span ->
                                span.name().equals("Rebuilt") && span.parent().equals(ordered.id())));
        assertThat(parentOf(collector, ordered).name()).isEqualTo("RebuildRequested");
        assertThat(storedFor(collector, ordered)).isNotEmpty();
    }

    /** What the storage service was asked for on its behalf, all of it within its trace. */
    private static List<Told> storedFor(TraceCollector collector, Told ordered) {
        List<Told> asked = collector.spans().stream()
                .filter(span -> span.service().startsWith("pgprimacy-storage/")
                        && span.parent().equals(ordered.id()))
                .toList();
        assertThat(asked).allSatisfy(span -> assertThat(span.trace()).isEqualTo(ordered.trace()));
        return asked;
    }

    /** The one of the newest operation. */
    private static Told spanOf(TraceCollector collector, String name, String service) {
        Eventually.until(
                name + " of " + service,
                BOUND,
                () -> find(collector, name, service).isPresent());
        return find(collector, name, service).orElseThrow();
    }

    private static Optional<Told> find(TraceCollector collector, String name, String service) {
        return collector.spans().reversed().stream()
                .filter(span -> span.name().equals(name) && span.service().startsWith(service))
                .findFirst();
    }

    private static Told parentOf(TraceCollector collector, Told span) {
        Eventually.until(
                "the cause of " + span.name(),
                BOUND,
                () -> collector.spans().stream().anyMatch(s -> s.id().equals(span.parent())));
        return collector.spans().stream()
                .filter(s -> s.id().equals(span.parent()))
                .findFirst()
                .orElseThrow();
    }
}
