package io.pgprimacy.coordinator.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody else's server: it takes what it is sent, or answers as it is told to. */
final class Receiver implements AutoCloseable {
    /** @param headers the last value of each, by its name in lower case */
    record Delivery(Map<String, String> headers, String body) {
        JsonNode event() {
            return JsonMapper.shared().readTree(body);
        }

        String name() {
            String[] type = event().path("type").asString("").split("\\.");
            return type[type.length - 2];
        }

        String incident() {
            return event().path("incident").asString("");
        }
    }

    private final HttpServer server;
    private final List<Delivery> taken = new CopyOnWriteArrayList<>();
    volatile int answers = 204;

    Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (answers / 100 == 2) {
            taken.add(new Delivery(
                    Map.of(
                            "content-type", header(exchange, "Content-Type"),
                            "webhook-id", header(exchange, "webhook-id"),
                            "webhook-timestamp", header(exchange, "webhook-timestamp"),
                            "webhook-signature", header(exchange, "webhook-signature")),
                    new String(body, StandardCharsets.UTF_8)));
        }
        exchange.sendResponseHeaders(answers, -1);
        exchange.close();
    }

    private static String header(HttpExchange exchange, String name) {
        return String.valueOf(exchange.getRequestHeaders().getFirst(name));
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    }

    List<Delivery> taken() {
        return List.copyOf(taken);
    }

    Stream<String> names() {
        return taken.stream().map(Delivery::name);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
