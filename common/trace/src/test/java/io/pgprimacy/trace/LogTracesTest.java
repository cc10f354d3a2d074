package io.pgprimacy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Two services that read the same log and never speak to each other. */
class LogTracesTest {
    private static final ClusterId CLUSTER = new ClusterId("main");
    private static final NodeId B = new NodeId("b");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("pgprimacy.operation");

    private static final Evidence NOTHING_HEARD = new Evidence(
            0,
            0,
            true,
            Duration.ZERO,
            new TreeMap<>(),
            Duration.ZERO,
            Evidence.Fleet.ALONE,
            Optional.empty(),
            Optional.empty());

    private final Service coordinator = new Service("coordinator/1");
    private final Service agent = new Service("agent/b");
    private long offset;

    private static final class Service {
        private final InMemorySpanExporter spans = InMemorySpanExporter.create();
        private final Tracing tracing;
        private final LogTraces log;

        Service(String writer) {
            LogIds ids = new LogIds();
            tracing = new Tracing(
                    Optional.of(OpenTelemetrySdk.builder()
                            .setTracerProvider(SdkTracerProvider.builder()
                                    .setIdGenerator(ids)
                                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                    .build())
                            .build()),
                    ids);
            log = tracing.log(writer);
        }

        List<SpanData> spans() {
            return spans.getFinishedSpanItems();
        }
    }

    @Test
    void theSpansOfTwoServicesMeetInOneTrace() {
        backupIsAskedForAndFails();

        SpanData asked = coordinator.spans().get(0);
        SpanData ordered = coordinator.spans().get(1);
        SpanData failed = agent.spans().getFirst();
        assertThat(coordinator.spans()).hasSize(2);
        assertThat(agent.spans()).hasSize(1);
        assertThat(List.of(ordered.getTraceId(), failed.getTraceId())).containsOnly(asked.getTraceId());
        assertThat(asked.getParentSpanContext().isValid()).isFalse();
        assertThat(ordered.getParentSpanId()).isEqualTo(asked.getSpanId());
        assertThat(failed.getParentSpanId()).isEqualTo(ordered.getSpanId());
        assertThat(failed.getName()).isEqualTo("BackupFailed");
        assertThat(failed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(failed.getAttributes().get(OPERATION)).isEqualTo("req-1");
        assertThat(failed.getStartEpochNanos()).isLessThanOrEqualTo(failed.getEndEpochNanos());
    }

    @Test
    void aRequestOnBehalfOfAnOrderHangsFromIt() {
        backupIsAskedForAndFails();
        String header = agent.log.parentOf(CLUSTER, 7).orElseThrow();

        agent.tracing
                .requests()
                .begin(header, "POST", "/api/v1/clusters/main/backups")
                .orElseThrow()
                .end(503, "/api/v1/clusters/{cluster}/backups");

        SpanData request = agent.spans().getLast();
        SpanData ordered = coordinator.spans().get(1);
        assertThat(request.getTraceId()).isEqualTo(ordered.getTraceId());
        assertThat(request.getParentSpanId()).isEqualTo(ordered.getSpanId());
        assertThat(request.getSpanId()).isNotEqualTo(ordered.getSpanId());
        assertThat(request.getName()).isEqualTo("POST /api/v1/clusters/{cluster}/backups");
        assertThat(request.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void whatSaysNothingBelongsToNoTrace() {
        for (String header : List.of(
                "",
                "00-0-0-01",
                "ff-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01",
                "00-" + "0".repeat(32) + "-" + "b".repeat(16) + "-01",
                "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-00")) {
            assertThat(agent.tracing.requests().begin(header, "GET", "/"))
                    .as(header)
                    .isEmpty();
        }
        assertThat(agent.tracing.requests().begin(null, "GET", "/")).isEmpty();
    }

    @Test
    void whatAnEarlierProcessWroteWasToldThen() {
        LogRecord old = new LogRecord(1, "old", "coordinator/1", System.currentTimeMillis() - 60_000, asks());
        coordinator.log.read(CLUSTER, old);
        assertThat(coordinator.spans()).isEmpty();

        says("coordinator/1", orders());
        assertThat(coordinator.spans().getFirst().getAttributes().get(OPERATION))
                .isEqualTo("req-1");
    }

    @Test
    void nothingIsHeldWhereNobodyWantsTraces() {
        LogTraces off = Tracing.off().log("agent/b");
        off.read(CLUSTER, new LogRecord(1, "x", "agent/b", System.currentTimeMillis(), orders()));
        assertThat(off.parentOf(CLUSTER, 7)).isEmpty();
    }

    private void backupIsAskedForAndFails() {
        says("coordinator/1", asks());
        says("coordinator/1", orders());
        says("agent/b", new Fact.BackupFailed(B, 7, "the disk is full"));
    }

    private static Request asks() {
        return new Request.BackupRequested(
                "req-1", new Request.Origin("ada", "before the upgrade"), BackupType.FULL, Optional.empty());
    }

    private static Decision orders() {
        return new Decision.BackupOrdered(
                new Basis(7, "1", RuleId.K1, "b is the fittest", Optional.of("req-1"), NOTHING_HEARD),
                B,
                BackupType.FULL,
                Optional.empty());
    }

    private void says(String writer, ClusterEvent event) {
        offset++;
        LogRecord record = new LogRecord(offset, "id-" + offset, writer, System.currentTimeMillis(), event);
        coordinator.log.read(CLUSTER, record);
        agent.log.read(CLUSTER, record);
    }
}
