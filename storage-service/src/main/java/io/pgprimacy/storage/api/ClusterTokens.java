package io.pgprimacy.storage.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/** An agent shows its cluster's token, and is let in to that cluster's backups and no others. */
final class ClusterTokens implements HandlerInterceptor {
    private static final String SCHEME = "Bearer ";

    private final SortedMap<String, byte[]> tokens = new TreeMap<>();

    ClusterTokens(Map<String, String> tokens) {
        tokens.forEach((cluster, token) -> this.tokens.put(cluster, token.getBytes(UTF_8)));
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        Object cluster = variables instanceof Map<?, ?> map ? map.get("cluster") : null;
        if (cluster == null || !shows(request, tokens.get(cluster.toString()))) {
            throw new Unauthorized("this needs the token of cluster " + cluster);
        }
        return true;
    }

    private static boolean shows(HttpServletRequest request, byte @Nullable [] expected) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return expected != null
                && header != null
                && header.startsWith(SCHEME)
                && MessageDigest.isEqual(header.substring(SCHEME.length()).getBytes(UTF_8), expected);
    }

    static final class Unauthorized extends RuntimeException {
        Unauthorized(String message) {
            super(message);
        }
    }
}
