package io.pgprimacy.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;

/** Ids of a record's span, the same wherever it is read; those of any other span are random. */
final class LogIds implements IdGenerator {
    private final IdGenerator random = IdGenerator.random();
    private final ThreadLocal<Optional<SpanContext>> next = ThreadLocal.withInitial(Optional::empty);

    static SpanContext of(ClusterId cluster, LogRecord root, LogRecord record) {
        String trace = hex(cluster, root, TraceId.getLength());
        String span = hex(cluster, record, SpanId.getLength());
        return SpanContext.createFromRemoteParent(trace, span, TraceFlags.getSampled(), TraceState.getDefault());
    }

    private static String hex(ClusterId cluster, LogRecord record, int digits) {
        try {
            byte[] all = MessageDigest.getInstance("SHA-256").digest((cluster + "\n" + record.id()).getBytes(UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(all, digits / 2));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What is made there gets these ids. */
    <T> T with(SpanContext ids, Supplier<T> made) {
        next.set(Optional.of(ids));
        try {
            return made.get();
        } finally {
            next.remove();
        }
    }

    @Override
    public String generateSpanId() {
        return next.get().map(SpanContext::getSpanId).orElseGet(random::generateSpanId);
    }

    @Override
    public String generateTraceId() {
        return next.get().map(SpanContext::getTraceId).orElseGet(random::generateTraceId);
    }
}
