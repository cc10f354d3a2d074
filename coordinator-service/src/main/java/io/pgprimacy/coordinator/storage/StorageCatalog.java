package io.pgprimacy.coordinator.storage;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.pgprimacy.core.id.ClusterId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The storage service's catalog, as docs/reference/storage-api.md has it. Nobody waits long for it: the log knows of backups, too. */
public final class StorageCatalog {
    private static final Duration BOUND = Duration.ofSeconds(5);
    /** The agents archive under no other one. */
    private static final String FIRST_INCARNATION = "/1";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String url;
    private final Map<String, String> tokens;
    private final CircuitBreaker breaker;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** @param url empty where there is no storage service */
    public StorageCatalog(String url, Map<String, String> tokens, CircuitBreaker breaker) {
        this.url = url;
        this.tokens = new TreeMap<>(tokens);
        this.breaker = breaker;
    }

    /** Why the catalog cannot be had; a sentence for people. */
    public static final class NotThere extends Exception {
        private static final long serialVersionUID = 1;

        NotThere(String reason) {
            super(reason);
        }

        NotThere(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    /** Its document: {@code backups}, oldest first, each a manifest. */
    public JsonNode backups(ClusterId cluster) throws NotThere {
        return document(cluster, "/backups");
    }

    /** What there is of the cluster's WAL: {@code timelines}, each with {@code coverage} and {@code holes}. */
    public JsonNode wal(ClusterId cluster) throws NotThere {
        return document(cluster, FIRST_INCARNATION + "/wal");
    }

    private JsonNode document(ClusterId cluster, String path) throws NotThere {
        String token = tokens.getOrDefault(cluster.value(), "");
        if (url.isEmpty() || token.isEmpty()) {
            throw new NotThere("this coordinator has no storage service configured for cluster " + cluster
                    + " (pgprimacy.storage.url, pgprimacy.storage.tokens." + cluster + ")");
        }
        try {
            return breaker.executeCallable(() -> ask(cluster, path, token));
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

    private JsonNode ask(ClusterId cluster, String path, String token)
            throws IOException, InterruptedException, NotThere {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1/clusters/" + cluster + path))
                .timeout(BOUND)
                .header("Authorization", "Bearer " + token)
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new NotThere("the storage service answers " + response.statusCode() + ": " + detail(response.body()));
        }
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw new NotThere("the storage service's answer is no JSON", e);
        }
    }

    private static String detail(String body) {
        try {
            return JSON.readTree(body).path("detail").asString(body);
        } catch (JacksonException e) {
            return body;
        }
    }
}
