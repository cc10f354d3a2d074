package io.pgprimacy.agent.backup;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One line of what the backup worker says. */
record WorkerLine(String event, JsonNode content) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Empty for what is no line of its: a JVM may print warnings of its own. */
    static Optional<WorkerLine> read(String line) {
        try {
            JsonNode content = JSON.readTree(line);
            String event = content.path("event").asString("");
            return event.isEmpty() ? Optional.empty() : Optional.of(new WorkerLine(event, content));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Why it failed, and what a person can do. */
    String because() {
        return text("because") + optional("hint").map(h -> "; " + h).orElse("");
    }

    String text(String field) {
        return content.path(field).asString("");
    }

    Optional<String> optional(String field) {
        return Optional.of(text(field)).filter(text -> !text.isEmpty());
    }

    long number(String field) {
        return content.path(field).asLong(0);
    }
}
