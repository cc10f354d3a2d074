package io.pgprimacy.agent.backup;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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

    Fact.BackupStarted started(NodeId node, long ordered) {
        return new Fact.BackupStarted(node, ordered, text("backup"));
    }

    Fact.BackupProgressed progressed(NodeId node, long ordered, Duration took) {
        return new Fact.BackupProgressed(node, ordered, number("files"), number("bytes"), number("stored"), took);
    }

    Fact.BackupCompleted completed(NodeId node, long ordered, List<String> leftOut) {
        return new Fact.BackupCompleted(
                node,
                ordered,
                text("backup"),
                BackupType.valueOf(text("type").toUpperCase(Locale.ROOT)),
                optional("parent"),
                optional("whyFull"),
                point("start", "startTime"),
                point("stop", "stopTime"),
                number("files"),
                number("sourceBytes"),
                number("stored"),
                number("wrongPages"),
                leftOut);
    }

    Fact.BackupFailed failed(NodeId node, long ordered) {
        return new Fact.BackupFailed(
                node,
                ordered,
                text("because") + optional("hint").map(h -> "; " + h).orElse(""));
    }

    String text(String field) {
        return content.path(field).asString("");
    }

    private Optional<String> optional(String field) {
        return Optional.of(text(field)).filter(text -> !text.isEmpty());
    }

    long number(String field) {
        return content.path(field).asLong(0);
    }

    private Fact.BackupCompleted.Point point(String lsn, String time) {
        return new Fact.BackupCompleted.Point(Lsn.parse(text(lsn)), Instant.parse(text(time)));
    }
}
