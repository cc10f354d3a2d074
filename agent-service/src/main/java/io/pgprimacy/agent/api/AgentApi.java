package io.pgprimacy.agent.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pgprimacy.agent.config.LocalTags;
import io.pgprimacy.agent.process.UptimeClock;
import io.pgprimacy.agent.runtime.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * HTTP on port 8008: health paths for load balancers, the node's own view, metrics. What changes anything goes through the log
 * ({@link OperatorApi}), but for promises, which are for when it is away ({@link PromiseApi}). A path that is not known answers 503, as Patroni does: to a load balancer
 * it must not look healthy.
 */
public final class AgentApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentApi.class);
    private static final int BACKLOG = 64;
    /** Health checks are a few microseconds each; more threads would only cost memory. */
    private static final int THREADS = 2;

    private final Supplier<Snapshot> snapshot;
    private final UptimeClock clock;
    private final Supplier<String> metrics;
    private final LocalTags tags;
    private final Optional<PromiseApi> promises;
    private final OperatorApi operators;
    private final JsonMapper json = JsonMapper.builder().build();
    private final HttpServer server;
    private final ExecutorService threads;

    public AgentApi(
            InetSocketAddress address,
            Supplier<Snapshot> snapshot,
            UptimeClock clock,
            Supplier<String> metrics,
            LocalTags tags,
            Optional<PromiseApi> promises,
            OperatorApi operators) {
        this.operators = operators;
        this.tags = tags;
        this.promises = promises;
        this.snapshot = snapshot;
        this.clock = clock;
        this.metrics = metrics;
        try {
            this.server = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException("the HTTP port " + address + " cannot be opened", e);
        }
        this.threads = Executors.newFixedThreadPool(
                THREADS, Thread.ofPlatform().daemon().name("http-", 0).factory());
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        operators.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        if (method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS")) {
            closing(exchange, this::answer);
        } else if (method.equals("POST") && promises.isPresent() && PromiseApi.isFor(exchange)) {
            closing(exchange, promises.get()::handle);
        } else {
            operators.handle(exchange);
        }
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private static void closing(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            handler.handle(exchange);
        } catch (RuntimeException e) {
            LOG.error("request {} failed", exchange.getRequestURI(), e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        Snapshot now = snapshot.get();
        Duration at = clock.now();
        String path = exchange.getRequestURI().getPath();
        switch (path) {
            case "/metrics" -> respond(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.get());
            case "/patroni" -> respondJson(exchange, 200, NodeDocument.of(now, tags, at));
            case "/cluster" -> respondJson(exchange, 200, ClusterDocument.cluster(now, tags));
            case "/history" -> respondJson(exchange, 200, ClusterDocument.history(now.chronicle()));
            case "/config" -> respondJson(exchange, config(now));
            case "/failsafe" -> respondJson(exchange, promises.map(_ -> ClusterDocument.failsafe(now.state())));
            case "/liveness", "/readiness" -> respond(exchange, health(path, exchange, now, at), "text/plain", "");
            default -> respondJson(exchange, health(path, exchange, now, at), NodeDocument.of(now, tags, at));
        }
    }

    private int health(String path, HttpExchange exchange, Snapshot now, Duration at) {
        return HealthChecks.holds(path, query(exchange), now, tags, at) ? 200 : 503;
    }

    private Optional<Map<String, Object>> config(Snapshot now) {
        return now.state()
                .config()
                .map(config -> ConfigDocument.of(config, now.state().paused(), promises.isPresent()));
    }

    /** 502 is what Patroni answers where there is no such thing yet. */
    private void respondJson(HttpExchange exchange, Optional<Map<String, Object>> body) throws IOException {
        if (body.isPresent()) {
            respondJson(exchange, 200, body.get());
        } else {
            respond(exchange, 502, "text/plain", "");
        }
    }

    private void respondJson(HttpExchange exchange, int status, Object body) throws IOException {
        respond(exchange, status, "application/json", json.writeValueAsString(body));
    }

    private static void respond(HttpExchange exchange, int status, String type, String body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> values = new HashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        if (raw == null) {
            return values;
        }
        for (String pair : raw.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
