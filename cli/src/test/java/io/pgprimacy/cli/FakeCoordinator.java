package io.pgprimacy.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;

/** Gives prepared answers, the last one of an address again and again, and remembers what it was asked. */
final class FakeCoordinator implements AutoCloseable {
    private static final String BASE = "/api/v1/clusters/main";

    record Answer(int status, String body) {}

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<String> conditions = Collections.synchronizedList(new ArrayList<>());
    private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
    private final List<String> shown = Collections.synchronizedList(new ArrayList<>());
    private final List<JsonNode> bodies = Collections.synchronizedList(new ArrayList<>());

    private final String scheme;

    FakeCoordinator() throws IOException {
        this("http", HttpServer.create(anyPort(), 0));
    }

    private FakeCoordinator(String scheme, HttpServer server) {
        this.scheme = scheme;
        this.server = server;
        server.createContext("/", this::answer);
        server.start();
    }

    static FakeCoordinator overTls(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new FakeCoordinator("https", server);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    /** @param call method and path below the cluster, such as {@code "GET /events"} */
    FakeCoordinator on(String call, int status, String body) {
        answers.computeIfAbsent(call, c -> new ArrayDeque<>()).add(new Answer(status, body));
        return this;
    }

    List<String> asked() {
        return List.copyOf(asked);
    }

    /** Of what asked for a change. */
    List<String> keys() {
        return List.copyOf(keys);
    }

    /** {@code If-Match} of what asked for a change; empty where there was none. */
    List<String> conditions() {
        return List.copyOf(conditions);
    }

    /** {@code Authorization} of each call; empty where there was none. */
    List<String> shown() {
        return List.copyOf(shown);
    }

    JsonNode lastBody() {
        return bodies.getLast();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String call = exchange.getRequestMethod() + " " + path.replaceFirst("^" + BASE, "");
        String query = exchange.getRequestURI().getQuery();
        asked.add(query == null ? call : call + "?" + query);
        shown.add(exchange.getRequestHeaders()
                .getOrDefault("Authorization", List.of(""))
                .getFirst());
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (body.length > 0) {
            conditions.add(Optional.ofNullable(exchange.getRequestHeaders().getFirst("If-Match"))
                    .orElse(""));
            keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            bodies.add(App.JSON.readTree(body));
        }
        Deque<Answer> prepared = answers.getOrDefault(call, new ArrayDeque<>());
        Answer answer = prepared.size() > 1 ? prepared.removeFirst() : prepared.peekFirst();
        if (answer == null) {
            answer = new Answer(404, "{\"title\":\"not prepared: " + call + "\"}");
        }
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
