package io.pgprimacy.coordinator.webhook;

import io.github.resilience4j.retry.Retry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Over HTTP, a few tries at a time; only an answer of 2xx means that the receiver has it. */
public final class Post implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Retry retry;
    private final LongSupplier wallMillis;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();

    public Post(Retry retry, LongSupplier wallMillis) {
        this.retry = retry;
        this.wallMillis = wallMillis;
    }

    /** Why an event was not taken; a sentence for people. */
    static final class NotTaken extends Exception {
        private static final long serialVersionUID = 1;

        NotTaken(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    void send(Webhook webhook, WebhookEvent event) throws NotTaken, InterruptedException {
        try {
            retry.executeCallable(() -> once(webhook, event));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new NotTaken(e instanceof Refused ? String.valueOf(e.getMessage()) : e.toString(), e);
        }
    }

    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(int status) {
            super("it answers " + status);
        }
    }

    private int once(Webhook webhook, WebhookEvent event) throws IOException, InterruptedException {
        byte[] body = event.json();
        long seconds = wallMillis.getAsLong() / 1000;
        HttpRequest request = HttpRequest.newBuilder(webhook.url())
                .timeout(ANSWER)
                .header("Content-Type", "application/cloudevents+json; charset=UTF-8")
                .header("User-Agent", "pgprimacy")
                .header("webhook-id", event.id())
                .header("webhook-timestamp", Long.toString(seconds))
                .header("webhook-signature", webhook.secret().sign(event.id(), seconds, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<Void> answer = http.send(request, HttpResponse.BodyHandlers.discarding());
        if (answer.statusCode() / 100 != 2) {
            throw new Refused(answer.statusCode());
        }
        return answer.statusCode();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
