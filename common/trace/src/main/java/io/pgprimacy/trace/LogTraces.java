package io.pgprimacy.trace;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.explain.Causes;
import io.pgprimacy.core.explain.Causes.Cause;
import io.pgprimacy.core.explain.Causes.Step;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.explain.Sentences;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A span for each record that this process wrote and that follows from another: from when it read that one until it wrote its own, both by its own clock.
 * What it wrote in an earlier life was told then.
 */
public final class LogTraces {
    private static final AttributeKey<String> CLUSTER = AttributeKey.stringKey("pgprimacy.cluster");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("pgprimacy.operation");
    private static final AttributeKey<String> SENTENCE = AttributeKey.stringKey("pgprimacy.sentence");
    private static final AttributeKey<String> NODE = AttributeKey.stringKey("pgprimacy.node");
    private static final AttributeKey<String> RULE = AttributeKey.stringKey("pgprimacy.rule");
    private static final AttributeKey<String> BECAUSE = AttributeKey.stringKey("pgprimacy.because");
    private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("pgprimacy.offset");
    private static final AttributeKey<Long> SEQUENCE = AttributeKey.longKey("pgprimacy.sequence");

    private final Optional<Tracer> tracer;
    private final LogIds ids;
    private final String writer;
    private final long sinceMillis;
    private final Map<ClusterId, Causes> causes = new HashMap<>();

    LogTraces(Optional<Tracer> tracer, LogIds ids, String writer, long sinceMillis) {
        this.tracer = tracer;
        this.ids = ids;
        this.writer = writer;
        this.sinceMillis = sinceMillis;
    }

    /** Of all records of a log, in its order. Returns at once. */
    public void read(ClusterId cluster, LogEntry entry) {
        if (entry.counts()) {
            read(cluster, entry.record());
        }
    }

    /** @param record one that counted; in the order of its log */
    public synchronized void read(ClusterId cluster, LogRecord record) {
        if (tracer.isEmpty()) {
            return;
        }
        causes.computeIfAbsent(cluster, c -> new Causes())
                .read(record, System.currentTimeMillis())
                .filter(step -> isOurs(step.record()))
                .ifPresent(step -> tell(tracer.get(), cluster, step));
    }

    /** For requests to other services that the order of that sequence brings about: the value of a {@code traceparent} header. */
    public synchronized Optional<String> parentOf(ClusterId cluster, long sequence) {
        return parent(cluster, c -> c.order(sequence));
    }

    /** Likewise of what replaces that node's data now. */
    public synchronized Optional<String> parentOfFilling(ClusterId cluster, NodeId node) {
        return parent(cluster, c -> c.filling(node));
    }

    private Optional<String> parent(ClusterId cluster, Function<Causes, Optional<Step>> which) {
        return Optional.ofNullable(causes.get(cluster))
                .flatMap(which)
                .map(step -> TraceParent.header(LogIds.of(cluster, step.root(), step.record())));
    }

    private boolean isOurs(LogRecord record) {
        return record.writer().equals(writer) && record.writtenAtMillis() >= sinceMillis;
    }

    private void tell(Tracer to, ClusterId cluster, Step step) {
        LogRecord record = step.record();
        Instant end = Instant.ofEpochMilli(record.writtenAtMillis());
        Instant start = step.cause()
                .map(cause -> Instant.ofEpochMilli(cause.readAtMillis()))
                .orElseGet(() -> end.minus(silenceBefore(record.event())));
        SpanBuilder span = to.spanBuilder(Sentences.nameOf(record.event()))
                .setStartTimestamp(start.isAfter(end) ? end : start)
                .setParent(parent(cluster, step));
        describe(span, cluster, step);
        Span told = ids.with(LogIds.of(cluster, step.root(), record), span::startSpan);
        if (isFailure(record.event())) {
            told.setStatus(StatusCode.ERROR, Sentences.of(record.event()));
        }
        told.end(record.writtenAtMillis(), MILLISECONDS);
    }

    private static Context parent(ClusterId cluster, Step step) {
        return step.cause()
                .map(Cause::record)
                .map(cause -> LogIds.of(cluster, step.root(), cause))
                .map(LogTraces::within)
                .orElseGet(Context::root);
    }

    private static Context within(SpanContext parent) {
        return Context.root().with(Span.wrap(parent));
    }

    /** A failover begins when its primary was heard last. */
    private static Duration silenceBefore(ClusterEvent event) {
        return event instanceof Decision.FailoverOpened d
                ? Optional.ofNullable(d.basis().evidence().heard().get(d.oldPrimary()))
                        .map(Evidence.Heard::ago)
                        .orElse(Duration.ZERO)
                : Duration.ZERO;
    }

    private static void describe(SpanBuilder span, ClusterId cluster, Step step) {
        ClusterEvent event = step.record().event();
        span.setAttribute(CLUSTER, cluster.value())
                .setAttribute(OPERATION, step.operation())
                .setAttribute(OFFSET, step.record().offset())
                .setAttribute(SENTENCE, Sentences.of(event));
        if (event instanceof Decision d) {
            span.setAttribute(SEQUENCE, d.basis().sequence())
                    .setAttribute(RULE, d.basis().rule().name())
                    .setAttribute(BECAUSE, d.basis().because());
        }
        if (event instanceof Fact f) {
            span.setAttribute(NODE, f.node().value());
        }
    }

    private static boolean isFailure(ClusterEvent event) {
        return switch (event) {
            case Decision.FailoverBlocked d -> true;
            case Decision.SwitchoverAborted d -> true;
            case Decision.CreationGivenUp d -> true;
            case Decision.RequestRefused d -> true;
            case Decision.RetentionFailed d -> true;
            case Decision.BackupGivenUp d -> true;
            case Decision.DrillGivenUp d -> true;
            case Fact.RebuildFailed f -> true;
            case Fact.RewindFailed f -> true;
            case Fact.RestoreFailed f -> true;
            case Fact.BackupFailed f -> true;
            case Fact.DrillFailed f -> true;
            case Fact.NodeQuarantined f -> true;
            default -> false;
        };
    }
}
