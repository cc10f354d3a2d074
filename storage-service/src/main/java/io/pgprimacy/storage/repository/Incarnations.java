package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.store.ObjectStore;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The lives of a cluster. A new one is claimed in the bucket itself, on the condition that nobody has claimed it: of two that are founded on the same
 * repository at the same time, by coordinators that know nothing of each other, each archives into a place of its own (S12).
 */
public final class Incarnations {
    private static final String ORIGIN = "origin.json";

    private final ObjectStore store;
    private final Documents documents;
    private final BackupStates states;
    private final Clock clock;

    public Incarnations(ObjectStore store, Clock clock) {
        this.store = store;
        this.documents = new Documents(store);
        this.states = new BackupStates(store);
        this.clock = clock;
    }

    /**
     * Who began a life, and with what.
     *
     * @param cluster whose data it began with
     * @param incarnation of that one
     * @param to the target
     */
    public record Origin(
            int format,
            Instant at,
            String actor,
            String reason,
            @Nullable String cluster,
            @Nullable Integer incarnation,
            @Nullable String to) {
        static final int FORMAT = 1;
        private static final int LARGEST = 64 * 1024;

        /** What a cluster that began empty has not is null there, which is no value of the mapper's. */
        private static Origin parse(byte[] document) {
            JsonNode tree = Json.mapper().readTree(document);
            return new Origin(
                    tree.path("format").asInt(0),
                    Instant.parse(tree.path("at").asString("")),
                    tree.path("actor").asString(""),
                    tree.path("reason").asString(""),
                    tree.path("cluster").isString() ? tree.path("cluster").asString() : null,
                    tree.path("incarnation").isInt() ? tree.path("incarnation").asInt() : null,
                    tree.path("to").isString() ? tree.path("to").asString() : null);
        }
    }

    public List<Incarnation> list(ClusterId cluster) {
        return states.incarnations(cluster);
    }

    /** Empty where nobody has claimed that life: what it archives was begun before lives were claimed, or it does not exist. */
    public Optional<Origin> origin(ClusterId cluster, Incarnation life) {
        String name = name(cluster, life.value());
        try {
            return documents.read(name, Origin.LARGEST).map(Origin::parse);
        } catch (RepositoryDamaged | JacksonException | DateTimeParseException e) {
            throw new Refusal(Refusal.Reason.INCOMPLETE, name + " cannot be read: " + e.getMessage());
        }
    }

    private static String name(ClusterId cluster, int life) {
        return BackupPlace.CLUSTERS + cluster + "/" + life + "/" + ORIGIN;
    }

    /** The one after all that there are. */
    public Incarnation claim(
            ClusterId cluster,
            String actor,
            String reason,
            Optional<ClusterId> from,
            Optional<Incarnation> life,
            Optional<String> to) {
        Origin origin = new Origin(
                Origin.FORMAT,
                clock.instant(),
                actor,
                reason,
                from.map(ClusterId::value).orElse(null),
                life.map(Incarnation::value).orElse(null),
                to.orElse(null));
        byte[] document = Json.mapper().writeValueAsBytes(origin);
        List<Incarnation> there = list(cluster);
        int next = there.isEmpty() ? 1 : there.getLast().value() + 1;
        while (!store.putIfAbsent(name(cluster, next), document)) {
            next++;
        }
        return new Incarnation(next);
    }
}
