package io.pgprimacy.storage.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * An agent shows its cluster's token, and is let in to that cluster's backups and no others. An operator's token opens every cluster, for
 * what only operators may do and for reading the catalog; of backups it puts nothing and commits nothing.
 */
final class Tokens implements HandlerInterceptor {
    private static final String SCHEME = "Bearer ";
    private static final String READ = "GET";

    private final SortedMap<String, byte[]> clusters = new TreeMap<>();
    private final List<byte[]> operators = new ArrayList<>();

    Tokens(Map<String, String> clusters, Map<String, String> operators) {
        clusters.forEach((cluster, token) -> this.clusters.put(cluster, token.getBytes(UTF_8)));
        operators.values().forEach(token -> this.operators.add(token.getBytes(UTF_8)));
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        byte @Nullable [] shown = shown(request);
        boolean operator = shown != null && isOperators(shown);
        boolean agent = shown != null && isOf(cluster(request), shown);
        boolean operatorsOnly =
                handler instanceof HandlerMethod method && method.hasMethodAnnotation(OperatorsOnly.class);
        if (operatorsOnly ? operator : agent || (operator && request.getMethod().equals(READ))) {
            return true;
        }
        if (operator || agent) {
            throw new NotAllowed(
                    operatorsOnly ? "this needs an operator's token, not an agent's" : "this needs the agents' token");
        }
        throw new Unauthorized("this needs the token of cluster " + cluster(request) + ", or an operator's");
    }

    private static @Nullable String cluster(HttpServletRequest request) {
        Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        Object cluster = variables instanceof Map<?, ?> map ? map.get("cluster") : null;
        return cluster == null ? null : cluster.toString();
    }

    private static byte @Nullable [] shown(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.startsWith(SCHEME)
                ? header.substring(SCHEME.length()).getBytes(UTF_8)
                : null;
    }

    private boolean isOf(@Nullable String cluster, byte[] shown) {
        byte[] expected = cluster == null ? null : clusters.get(cluster);
        return expected != null && MessageDigest.isEqual(shown, expected);
    }

    /** All are compared, so that the time tells nothing. */
    private boolean isOperators(byte[] shown) {
        boolean any = false;
        for (byte[] token : operators) {
            any |= MessageDigest.isEqual(shown, token);
        }
        return any;
    }

    static final class Unauthorized extends RuntimeException {
        Unauthorized(String message) {
            super(message);
        }
    }

    /** The token is known, and does not open this. */
    static final class NotAllowed extends RuntimeException {
        NotAllowed(String message) {
            super(message);
        }
    }
}
