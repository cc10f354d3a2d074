package io.pgprimacy.coordinator.storage;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.coordinator.storage.StorageCatalog.NotThere;
import io.pgprimacy.coordinator.storage.StorageConnection.Answer;
import io.pgprimacy.coordinator.storage.StorageConnection.Question;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What only operators may ask of the storage service; docs/reference/storage-api.md has the documents. */
public final class StorageOperator {
    /** It goes through all backups and all WAL of a cluster, over a store that may be slow. */
    private static final Duration BOUND = Duration.ofMinutes(2);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final StorageConnection connection;
    private final String token;

    /**
     * @param url empty where there is no storage service
     * @param token an operator's; empty where this coordinator was given none
     */
    public StorageOperator(String url, String token, CircuitBreaker breaker) {
        this.connection = new StorageConnection(url, breaker);
        this.token = token;
    }

    /** The storage service says no; nothing was changed. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final String code;
        private final String hint;

        public Refused(String code, String detail, String hint) {
            super(detail);
            this.code = code;
            this.hint = hint;
        }

        public String hint() {
            return hint;
        }

        /** One of those in docs/reference/storage-api.md. */
        public String code() {
            return code;
        }
    }

    /** Its backups with their states. */
    public JsonNode backups(ClusterId cluster) throws NotThere, Refused {
        return ask("GET", cluster + "/backups", null);
    }

    public JsonNode plan(ClusterId cluster, JsonNode policy) throws NotThere, Refused {
        return ask("POST", cluster + "/retention/plan", policy);
    }

    public JsonNode apply(ClusterId cluster, JsonNode policy, String actor, String reason) throws NotThere, Refused {
        ObjectNode body = origin(actor, reason);
        body.set("policy", policy);
        return ask("POST", cluster + "/retention/apply", body);
    }

    public void pin(ClusterId cluster, StoredBackup backup, String actor, String reason) throws NotThere, Refused {
        ask("PUT", pin(cluster, backup), origin(actor, reason));
    }

    public void unpin(ClusterId cluster, StoredBackup backup) throws NotThere, Refused {
        ask("DELETE", pin(cluster, backup), null);
    }

    /** One run; it goes on where the last one stopped. */
    public JsonNode verify(ClusterId cluster, int seconds, long bytesPerSecond) throws NotThere, Refused {
        ObjectNode body = StorageConnection.JSON.createObjectNode();
        body.put("seconds", seconds);
        body.put("bytesPerSecond", bytesPerSecond);
        return ask("POST", cluster + "/verifications", body);
    }

    /** What a restore would take; of that incarnation. */
    public JsonNode preview(ClusterId cluster, int incarnation, JsonNode wanted) throws NotThere, Refused {
        return ask("POST", cluster + "/" + incarnation + "/restore-preview", wanted);
    }

    /** Whether a cluster can begin with what is stored; of the newest incarnation, unless {@code wanted} names one. */
    public JsonNode origin(ClusterId cluster, JsonNode wanted) throws NotThere, Refused {
        return ask("POST", cluster + "/origin", wanted);
    }

    /**
     * The incarnation of a new cluster; nobody else is given the same.
     *
     * @param from what it begins with
     */
    public int claim(ClusterId cluster, Optional<DataOrigin> from, String actor, String reason)
            throws NotThere, Refused {
        ObjectNode body = origin(actor, reason);
        from.ifPresent(data -> body.put("from", data.cluster().value())
                .put("incarnation", data.incarnation())
                .put("to", data.goal().target()));
        return ask("POST", cluster + "/incarnations", body).path("incarnation").asInt();
    }

    /** What is stored of a cluster's logs: {@code logs}, the oldest incarnation first. */
    public JsonNode logs(ClusterId cluster) throws NotThere, Refused {
        return ask("GET", cluster + "/logs", null);
    }

    /** The text of a stretch. */
    public String stretch(LogPlace place) throws NotThere, Refused {
        return ask("GET", path(place), null).path("stretch").asString("");
    }

    /** The same again changes nothing; another one at its place is refused, and one that does not follow the last one. */
    public void append(LogStretch stretch) throws NotThere, Refused {
        ObjectNode body = StorageConnection.JSON.createObjectNode();
        body.put("stretch", stretch.text());
        ask("PUT", path(stretch.header().place()), body);
    }

    private static String path(LogPlace place) {
        return place.cluster() + "/" + place.incarnation() + "/log/" + place.from();
    }

    /** Where a backup is, on the shelf of backups or of dumps: the same id may be in one life of the cluster only, and people name it by the id. */
    public record StoredBackup(int incarnation, String shelf, String id) {}

    /** Throws {@link Refused} where there is none of that id, and says which there are. */
    public StoredBackup find(ClusterId cluster, String id) throws NotThere, Refused {
        TreeSet<String> known = new TreeSet<>();
        for (String shelf : new String[] {"backups", "dumps"}) {
            for (JsonNode state : ask("GET", cluster + "/" + shelf, null).path("states")) {
                String found = state.path("id").asString("");
                if (found.equals(id)) {
                    return new StoredBackup(state.path("incarnation").asInt(), shelf, id);
                }
                known.add(found);
            }
        }
        throw new Refused(
                "unknown",
                "there is no backup " + id + " of cluster " + cluster
                        + (known.isEmpty() ? ", nor any other" : "; the last one is " + known.last()),
                "");
    }

    /** Whether it may be asked at all. */
    public boolean isConfigured() {
        return connection.isConfigured() && !token.isEmpty();
    }

    private JsonNode ask(String method, String path, @Nullable JsonNode body) throws NotThere, Refused {
        if (!isConfigured()) {
            throw new NotThere("this coordinator has no storage service configured, or no operator's token for it"
                    + " (pgprimacy.storage.url, pgprimacy.storage.operator-token)");
        }
        Answer answer = connection.ask(new Question(method, path, body, token, BOUND));
        if (answer.status() == UNAUTHORIZED || answer.status() == FORBIDDEN) {
            throw new NotThere(
                    "the storage service does not know this coordinator's operator's token: " + answer.detail());
        }
        if (!answer.isGood()) {
            throw new Refused(
                    answer.document().path("code").asString(""),
                    answer.detail(),
                    answer.document().path("hint").asString(""));
        }
        return answer.document();
    }

    private static String pin(ClusterId cluster, StoredBackup backup) {
        return cluster + "/" + backup.incarnation() + "/" + backup.shelf() + "/" + backup.id() + "/pin";
    }

    private static ObjectNode origin(String actor, String reason) {
        ObjectNode body = StorageConnection.JSON.createObjectNode();
        body.put("actor", actor);
        body.put("reason", reason);
        return body;
    }
}
