package io.pgprimacy.agent.api;

import com.sun.net.httpserver.HttpExchange;
import io.pgprimacy.access.Operators;
import io.pgprimacy.agent.api.OperatorDesk.Outcome;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.event.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What changes something, in Patroni's dialect: it becomes a request in the log, with the operator's name as its actor, and the answer
 * is what came of it. On a thread of its own, since a switchover takes a second or two and health checks do not wait.
 */
public final class OperatorApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorApi.class);
    private static final int LONGEST_BODY = 16_384;
    private static final int MOST_WAITING = 4;
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Optional<Operators> operators;
    private final Supplier<Snapshot> snapshot;
    private final OperatorDesk desk;
    private final JsonMapper json = JsonMapper.builder().build();
    private final ThreadPoolExecutor thread;

    /** @param operators empty: nobody may */
    public OperatorApi(Optional<Operators> operators, Supplier<Snapshot> snapshot, OperatorDesk desk) {
        this.operators = operators;
        this.snapshot = snapshot;
        this.desk = desk;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE.toSeconds(),
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().daemon().name("operator").factory());
        thread.allowCoreThreadTimeOut(true);
    }

    /** Everything that is no GET, HEAD or OPTIONS. Closes the exchange, now or later. */
    void handle(HttpExchange exchange) throws IOException {
        Optional<Answer> refusal = refusal(exchange);
        if (refusal.isPresent()) {
            send(exchange, refusal.get());
            return;
        }
        try {
            thread.execute(() -> answer(exchange));
        } catch (RejectedExecutionException e) {
            send(exchange, new Answer(503, "other requests are waiting here; ask again"));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private record Answer(int status, String text) {}

    /** What needs no look at the cluster. */
    private Optional<Answer> refusal(HttpExchange exchange) {
        if (operators.isEmpty()) {
            return Optional.of(new Answer(
                    403,
                    "this agent takes no requests: api.operators.file is not set; ask a coordinator, for instance with"
                            + " ./pgprimacy switchover"));
        }
        if (actor(exchange).isEmpty()) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"pgprimacy\"");
            return Optional.of(new Answer(401, "no auth header received, or it names nobody of api.operators.file"));
        }
        return withoutMeaning(
                exchange.getRequestMethod(), exchange.getRequestURI().getPath());
    }

    private static Optional<Answer> withoutMeaning(String method, String path) {
        return switch (method + " " + path) {
            case "POST /switchover", "POST /failover", "POST /reinitialize", "POST /restart", "POST /reload" ->
                Optional.empty();
            case "DELETE /switchover" -> Optional.of(new Answer(404, "no switchover is scheduled"));
            case "DELETE /restart" -> Optional.of(new Answer(404, "no restarts are scheduled"));
            case "PATCH /config", "PUT /config" ->
                Optional.of(new Answer(
                        501,
                        "the configuration is changed through a coordinator: ./pgprimacy config set, or POST"
                                + " /api/v1/clusters/NAME/requests/config"));
            default -> Optional.of(new Answer(501, "there is no " + method + " " + path + " here"));
        };
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            send(exchange, of(exchange));
        } catch (IOException e) {
            LOG.info("nobody was there to hear what came of {}", exchange.getRequestURI());
        } catch (RuntimeException e) {
            LOG.error("request {} failed", exchange.getRequestURI(), e);
        }
    }

    private Answer of(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY + 1);
        if (body.length > LONGEST_BODY) {
            return new Answer(413, "the body is longer than " + LONGEST_BODY + " bytes");
        }
        Optional<JsonNode> fields = parse(body);
        if (fields.isEmpty()) {
            return new Answer(400, "the body is no JSON object");
        }
        Request.Origin origin = new Request.Origin(actor(exchange).orElseThrow(), reason(fields.get(), path, exchange));
        Wish wish = Wish.of(
                path,
                fields.get(),
                snapshot.get(),
                origin,
                () -> UUID.randomUUID().toString());
        return switch (wish) {
            case Wish.Refuse refuse -> new Answer(refuse.status(), refuse.because());
            case Wish.Ask ask -> {
                LOG.info("{} asks for {}: {}", origin.actor(), path, origin.reason());
                yield of(ask, desk.ask(ask.request()));
            }
        };
    }

    private static Answer of(Wish.Ask ask, Outcome outcome) {
        String verb =
                switch (ask.request()) {
                    case Request.SwitchoverRequested r -> "Switchover";
                    case Request.RestartRequested r -> "Restart";
                    default -> "Failover";
                };
        return switch (outcome) {
            case Outcome.Refused r -> new Answer(412, r.because());
            case Outcome.Ordered o -> ordered(ask.request());
            case Outcome.Moved m -> new Answer(200, moved(verb, m.primary().value(), ask.candidate()));
            case Outcome.Aborted a -> new Answer(503, verb + " failed: " + a.because());
            case Outcome.Unanswered u ->
                new Answer(
                        503,
                        "no coordinator has answered request " + ask.request().id() + " yet; it may still take effect");
            case Outcome.Unfinished u ->
                new Answer(
                        503, verb + " status unknown: request " + ask.request().id() + " is under way");
        };
    }

    private static Answer ordered(Request request) {
        return switch (request) {
            case Request.RestartRequested r -> new Answer(200, "restarted successfully");
            case Request.ReloadRequested r -> new Answer(202, "reload scheduled");
            default -> new Answer(200, "reinitialize started");
        };
    }

    private static String moved(String verb, String primary, Optional<String> candidate) {
        String stem = verb.replace("over", "");
        return candidate.filter(c -> !c.equals(primary)).isEmpty()
                ? "Successfully " + stem.toLowerCase(java.util.Locale.ROOT) + "ed over to \"" + primary + "\""
                : stem + "ed over to \"" + primary + "\" instead of \"" + candidate.get() + "\"";
    }

    private Optional<JsonNode> parse(byte[] body) {
        if (body.length == 0) {
            return Optional.of(json.createObjectNode());
        }
        try {
            return Optional.of(json.readTree(body)).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Patroni's tools give none. What they asked for, and from where, is what there is to keep. */
    private static String reason(JsonNode body, String path, HttpExchange exchange) {
        String given = body.path("reason").asString("").strip();
        return given.isEmpty()
                ? "POST " + path + " from "
                        + exchange.getRemoteAddress().getAddress().getHostAddress()
                : given;
    }

    private Optional<String> actor(HttpExchange exchange) {
        return operators
                .orElseThrow()
                .who(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        try (exchange) {
            byte[] bytes = answer.text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
