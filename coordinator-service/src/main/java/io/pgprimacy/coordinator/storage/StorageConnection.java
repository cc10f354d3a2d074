package io.pgprimacy.coordinator.storage;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.pgprimacy.coordinator.storage.StorageCatalog.NotThere;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One question to the storage service at a time, bounded, behind a breaker that only its absence opens. */
final class StorageConnection {
    static final JsonMapper JSON = JsonMapper.shared();

    private static final int SERVER_FAILED = 500;

    private final String url;
    private final CircuitBreaker breaker;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    StorageConnection(String url, CircuitBreaker breaker) {
        this.url = url;
        this.breaker = breaker;
    }

    boolean isConfigured() {
        return !url.isEmpty();
    }

    /** @param body null for none */
    record Question(String method, String path, @Nullable JsonNode body, String token, Duration bound) {}

    /** @param document empty where the answer has no body */
    record Answer(int status, JsonNode document) {
        boolean isGood() {
            return status / 100 == 2;
        }

        String detail() {
            return document.path("detail").asString(document.toString());
        }
    }

    /** What it answers, be it a refusal; throws where it does not answer, or has failed. */
    Answer ask(Question question) throws NotThere {
        try {
            return breaker.executeCallable(() -> send(question));
        } catch (NotThere e) {
            throw e;
        } catch (CallNotPermittedException e) {
            throw new NotThere("the storage service has not answered of late", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotThere("it was interrupted", e);
        } catch (Exception e) {
            throw new NotThere("the storage service does not answer: " + e, e);
        }
    }

    private Answer send(Question question) throws IOException, InterruptedException, NotThere {
        HttpRequest.BodyPublisher body = question.body() == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(question.body().toString());
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1/clusters/" + question.path()))
                .timeout(question.bound())
                .header("Authorization", "Bearer " + question.token())
                .header("Content-Type", "application/json")
                .method(question.method(), body)
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        Answer answer = new Answer(response.statusCode(), document(response));
        if (answer.status() >= SERVER_FAILED) {
            throw new NotThere("the storage service answers " + answer.status() + ": " + answer.detail());
        }
        return answer;
    }

    private static JsonNode document(HttpResponse<String> response) throws NotThere {
        try {
            return response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw new NotThere("the storage service's answer is no JSON", e);
        }
    }
}
