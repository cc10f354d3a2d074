package io.pgprimacy.coordinator.webhook;

import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.explain.Sentences;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.log.EventCodec;
import io.pgprimacy.log.EventTypes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A CloudEvent 1.0 in its JSON format, with {@code cluster}, {@code offset}, {@code incident} and {@code summary} as extensions.
 *
 * @param id the same each time that the event is sent: whoever gets one again has it already
 * @param incident empty where it belongs to none
 * @param summary the event as a sentence
 */
record WebhookEvent(
        String id,
        String source,
        String type,
        Instant time,
        String cluster,
        OptionalLong offset,
        Optional<String> incident,
        String summary,
        JsonNode data) {
    static final String INCIDENT = "incident";
    static final String SUSPECTED = "io.pgprimacy.incident.suspected.v1";
    static final String HEALTHY = "io.pgprimacy.incident.healthy.v1";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final EventCodec CODEC = new EventCodec();

    static WebhookEvent of(ClusterId cluster, LogRecord record, Optional<String> incident) {
        return new WebhookEvent(
                record.id(),
                record.writer(),
                EventTypes.nameOf(record.event().getClass()),
                Instant.ofEpochMilli(record.writtenAtMillis()),
                cluster.value(),
                OptionalLong.of(record.offset()),
                incident,
                Sentences.of(record.event()),
                JSON.readTree(CODEC.body(record.event())));
    }

    /** Nothing is in the log yet: silence is seen by those who listen. */
    static WebhookEvent suspected(ClusterId cluster, String incident, NodeId primary, Duration silence, Instant now) {
        return new WebhookEvent(
                incident + ".suspected",
                "coordinator",
                SUSPECTED,
                now,
                cluster.value(),
                OptionalLong.empty(),
                Optional.of(incident),
                "primary " + primary + " was last heard " + silence.toMillis() + " ms ago",
                JSON.createObjectNode().put("node", primary.value()).put("silentMillis", silence.toMillis()));
    }

    static WebhookEvent healthy(ClusterId cluster, String incident, Optional<NodeId> primary, Instant now) {
        ObjectNode data = JSON.createObjectNode();
        primary.ifPresent(node -> data.put("primary", node.value()));
        return new WebhookEvent(
                incident + ".healthy",
                "coordinator",
                HEALTHY,
                now,
                cluster.value(),
                OptionalLong.empty(),
                Optional.of(incident),
                "cluster " + cluster + " is healthy again"
                        + primary.map(node -> ", its primary is " + node).orElse(""),
                data);
    }

    byte[] json() {
        ObjectNode document = JSON.createObjectNode();
        document.put("specversion", "1.0");
        document.put("id", id);
        document.put("source", source);
        document.put("type", type);
        document.put("time", time.toString());
        document.put("datacontenttype", "application/json");
        document.put("cluster", cluster);
        // An extension that is a number has 32 bits only.
        offset.ifPresent(at -> document.put("offset", Long.toString(at)));
        incident.ifPresent(which -> document.put("incident", which));
        document.put("summary", summary);
        document.set("data", data);
        return JSON.writeValueAsBytes(document);
    }
}
