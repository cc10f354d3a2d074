package io.pgprimacy.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Spans of the requests that a service answers for an operation; a request that belongs to none has no trace of its own. */
public final class RequestTraces {
    private static final int SERVER_FAULT = 500;

    private final Optional<Tracer> tracer;

    RequestTraces(Optional<Tracer> tracer) {
        this.tracer = tracer;
    }

    /** A request that is being answered. */
    public static final class Open {
        private final Span span;
        private final String method;

        private Open(Span span, String method) {
            this.span = span;
            this.method = method;
        }

        /** @param route the pattern of its path, so that spans of one kind have one name */
        public void end(int status, String route) {
            span.updateName(method + " " + route);
            span.setAttribute("http.route", route);
            span.setAttribute("http.response.status_code", status);
            if (status >= SERVER_FAULT) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        }
    }

    /** @param traceParent the header, null where there is none */
    public Optional<Open> begin(@Nullable String traceParent, String method, String path) {
        if (tracer.isEmpty() || traceParent == null) {
            return Optional.empty();
        }
        return TraceParent.parse(traceParent)
                .filter(SpanContext::isSampled)
                .map(parent -> new Open(
                        tracer.get()
                                .spanBuilder(method)
                                .setSpanKind(SpanKind.SERVER)
                                .setParent(Context.root().with(Span.wrap(parent)))
                                .setAttribute("http.request.method", method)
                                .setAttribute("url.path", path)
                                .startSpan(),
                        method));
    }
}
