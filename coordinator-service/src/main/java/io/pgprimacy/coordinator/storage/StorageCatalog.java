package io.pgprimacy.coordinator.storage;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.pgprimacy.coordinator.storage.StorageConnection.Answer;
import io.pgprimacy.coordinator.storage.StorageConnection.Question;
import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The storage service's catalog, as docs/reference/storage-api.md has it. Nobody waits long for it: the log knows of backups, too. */
public final class StorageCatalog {
    private static final Duration BOUND = Duration.ofSeconds(5);

    private final StorageConnection connection;
    private final Map<String, String> tokens;

    /** @param url empty where there is no storage service */
    public StorageCatalog(String url, Map<String, String> tokens, CircuitBreaker breaker) {
        this.connection = new StorageConnection(url, breaker);
        this.tokens = new TreeMap<>(tokens);
    }

    /** Why the storage service cannot be asked; a sentence for people. */
    public static final class NotThere extends Exception {
        private static final long serialVersionUID = 1;

        public NotThere(String reason) {
            super(reason);
        }

        NotThere(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    /** Its document: {@code backups}, oldest first, each a manifest, and {@code states} of the same. */
    public JsonNode backups(ClusterId cluster) throws NotThere {
        return document(cluster, "/backups");
    }

    /** Its logical ones: {@code dumps}, oldest first, each a manifest, and {@code states} of the same. */
    public JsonNode dumps(ClusterId cluster) throws NotThere {
        return document(cluster, "/dumps");
    }

    /** What there is of an incarnation's WAL: {@code timelines}, each with {@code coverage} and {@code holes}. */
    public JsonNode wal(ClusterId cluster, int incarnation) throws NotThere {
        return document(cluster, "/" + incarnation + "/wal");
    }

    private JsonNode document(ClusterId cluster, String path) throws NotThere {
        String token = tokens.getOrDefault(cluster.value(), "");
        if (!connection.isConfigured() || token.isEmpty()) {
            throw new NotThere("this coordinator has no storage service configured for cluster " + cluster
                    + " (pgprimacy.storage.url, pgprimacy.storage.tokens." + cluster + ")");
        }
        Answer answer = connection.ask(new Question("GET", cluster + path, null, token, BOUND));
        if (!answer.isGood()) {
            throw new NotThere("the storage service answers " + answer.status() + ": " + answer.detail());
        }
        return answer.document();
    }
}
