package io.pgprimacy.systemtests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;

/** A server that takes webhooks and keeps those whose signature is right; the others it refuses. Until the JVM ends: a test that is run again needs it. */
final class HookReceiver {
    private static final String KEY = "the secret of the system tests";

    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final Path secret;

    HookReceiver() {
        try {
            secret = Files.writeString(Files.createTempFile("pgprimacy-hook", ".secret"), KEY);
            secret.toFile().deleteOnExit();
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::take);
        server.start();
    }

    /** For a coordinator that is to send here. */
    Map<String, String> environment() {
        return Map.of(
                "PGPRIMACY_WEBHOOKS_PAGER_URL",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/",
                "PGPRIMACY_WEBHOOKS_PAGER_SECRETFILE",
                secret.toString());
    }

    List<JsonNode> events() {
        return List.copyOf(events);
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean signed = sign(header(exchange, "webhook-id") + "." + header(exchange, "webhook-timestamp") + ".", body)
                .equals(header(exchange, "webhook-signature"));
        if (signed) {
            events.add(SandboxUnderTest.JSON.readTree(body));
        }
        exchange.sendResponseHeaders(signed ? 204 : 401, -1);
        exchange.close();
    }

    private static String header(HttpExchange exchange, String name) {
        return String.valueOf(exchange.getRequestHeaders().getFirst(name));
    }

    private static String sign(String head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
