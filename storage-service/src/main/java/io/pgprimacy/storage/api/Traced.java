package io.pgprimacy.storage.api;

import io.pgprimacy.trace.RequestTraces;
import io.pgprimacy.trace.TraceParent;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/** What is asked for an operation is told in its trace. */
final class Traced extends OncePerRequestFilter {
    private final RequestTraces traces;

    Traced(RequestTraces traces) {
        this.traces = traces;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<RequestTraces.Open> open =
                traces.begin(request.getHeader(TraceParent.HEADER), request.getMethod(), request.getRequestURI());
        try {
            chain.doFilter(request, response);
        } finally {
            open.ifPresent(o -> o.end(response.getStatus(), routeOf(request)));
        }
    }

    private static String routeOf(HttpServletRequest request) {
        return Optional.ofNullable(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE))
                .map(Object::toString)
                .orElse("unknown");
    }
}
