package io.pgprimacy.agent.api;

import com.sun.net.httpserver.HttpExchange;
import io.pgprimacy.agent.peers.PromiseMessages;
import io.pgprimacy.core.promise.PromiseAnswer;
import io.pgprimacy.core.promise.PromiseRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code POST /promise}: another agent of this cluster asks that this node stand back (S11). 403 for what is not signed by one, 503 where
 * no promise can be made durable just now; else 200 with the signed answer, which may be a refusal.
 */
public final class PromiseApi {
    /** A request has a tenth of that. */
    private static final int LONGEST_BODY = 4_096;

    private final PromiseMessages messages;
    private final Function<PromiseRequest, Optional<PromiseAnswer>> desk;

    public PromiseApi(PromiseMessages messages, Function<PromiseRequest, Optional<PromiseAnswer>> desk) {
        this.messages = messages;
        this.desk = desk;
    }

    static boolean isFor(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().equals(PromiseMessages.PATH);
    }

    void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY);
        String signature = exchange.getRequestHeaders().getFirst(PromiseMessages.SIGNATURE);
        Optional<PromiseRequest> request = read(new PromiseMessages.Signed(
                new String(body, StandardCharsets.UTF_8), signature == null ? "" : signature));
        if (request.isEmpty()) {
            exchange.sendResponseHeaders(403, -1);
            return;
        }
        Optional<PromiseMessages.Signed> answer = desk.apply(request.get()).map(messages::answer);
        if (answer.isEmpty()) {
            exchange.sendResponseHeaders(503, -1);
            return;
        }
        byte[] bytes = answer.get().body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders()
                .set(PromiseMessages.SIGNATURE, answer.get().signature());
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private Optional<PromiseRequest> read(PromiseMessages.Signed message) {
        try {
            return messages.request(message);
        } catch (IllegalArgumentException e) {
            // Signed, but by a version that means something else by it.
            return Optional.empty();
        }
    }
}
