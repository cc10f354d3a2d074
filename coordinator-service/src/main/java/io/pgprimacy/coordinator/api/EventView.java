package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.explain.Sentences;
import io.pgprimacy.core.explain.Subjects;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.log.EventTypes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record of the log.
 *
 * @param type as in the envelope, such as {@code io.pgprimacy.fact.standby-pledged.v1}
 * @param name the same for people: {@code StandbyPledged}
 * @param kind heartbeat, fact, request or decision
 * @param ignored why it changed nothing; null where it counted
 * @param event the body as it stands in the log
 */
record EventView(
        long offset,
        String id,
        String time,
        String writer,
        String type,
        String name,
        String kind,
        List<String> nodes,
        String sentence,
        @Nullable String ignored,
        Map<String, Object> event) {

    static EventView of(LogEntry entry, Bodies bodies) {
        LogRecord record = entry.record();
        ClusterEvent event = record.event();
        return new EventView(
                record.offset(),
                record.id(),
                Instant.ofEpochMilli(record.writtenAtMillis()).toString(),
                record.writer(),
                EventTypes.nameOf(event.getClass()),
                Sentences.nameOf(event),
                Subjects.kindOf(event),
                Subjects.nodesOf(event).stream().map(NodeId::value).toList(),
                Sentences.of(event),
                entry.ignored().orElse(null),
                bodies.of(event));
    }
}
