package io.pgprimacy.log;

import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One record of an export, one line of JSON: a CloudEvent 1.0 in its JSON format, with {@code cluster}, {@code offset}, {@code
 * partitionkey} and {@code chain} as extensions. What is no event of ours is exported too: an auditor wants to know.
 *
 * @param time as the writer has put it; empty where there is none
 * @param chain after this record; empty where it is no link of the chain, see {@link RecordChain}
 * @param data the body; a JSON text of base64 in {@code data_base64} where it is no JSON
 */
public record ExportLine(
        String cluster,
        long offset,
        String key,
        String id,
        String source,
        String type,
        String time,
        Optional<String> chain,
        JsonNode data,
        boolean binary) {
    static final JsonMapper JSON = JsonMapper.builder().build();

    /** Whether that line of an export is its {@link ExportTrailer}. */
    public static boolean isTrailer(String text) {
        return ExportTrailer.parse(tree(text)).isPresent();
    }

    /** A record as it lies in the topic, with its place in the chain still to be found. */
    static ExportLine of(ClusterId cluster, ConsumerRecord<byte[], byte[]> record) {
        Optional<JsonNode> body = json(record.value());
        return new ExportLine(
                cluster.value(),
                record.offset(),
                text(record.key()),
                header(record, EventCodec.ID),
                header(record, EventCodec.SOURCE),
                header(record, EventCodec.TYPE),
                header(record, EventCodec.TIME),
                Optional.empty(),
                body.orElseGet(() -> JSON.getNodeFactory().stringNode(base64(record.value()))),
                body.isEmpty());
    }

    public ExportLine withChain(Optional<String> link) {
        return new ExportLine(cluster, offset, key, id, source, type, time, link, data, binary);
    }

    /** Of those alone nothing is kept for long: the next one of the same writer supersedes it. */
    public boolean isHeartbeat() {
        return EventTypes.find(type).map(Heartbeat.class::isAssignableFrom).orElse(false);
    }

    public String write() {
        ObjectNode line = JSON.createObjectNode();
        line.put("specversion", "1.0");
        line.put("id", id);
        line.put("source", source);
        line.put("type", type);
        if (!time.isEmpty()) {
            line.put("time", time);
        }
        line.put("cluster", cluster);
        line.put("offset", offset);
        line.put("partitionkey", key);
        chain.ifPresent(link -> line.put("chain", link));
        line.set(binary ? "data_base64" : "data", data);
        return JSON.writeValueAsString(line);
    }

    /** Throws {@link IllegalArgumentException} with what is wrong. */
    public static ExportLine parse(String text) {
        return of(tree(text));
    }

    static ExportLine of(JsonNode line) {
        boolean binary = line.has("data_base64");
        JsonNode data = line.path(binary ? "data_base64" : "data");
        if (data.isMissingNode()
                || !line.path("offset").isIntegralNumber()
                || !line.path("cluster").isString()) {
            throw new IllegalArgumentException("it is no record of an export: cluster, offset or data is missing");
        }
        return new ExportLine(
                line.path("cluster").stringValue(),
                line.path("offset").longValue(),
                line.path("partitionkey").asString(""),
                line.path("id").asString(""),
                line.path("source").asString(""),
                line.path("type").asString(""),
                line.path("time").asString(""),
                Optional.of(line.path("chain")).filter(JsonNode::isString).map(JsonNode::stringValue),
                data,
                binary);
    }

    /** As a participant reads it; throws {@link IllegalArgumentException} where it cannot be read. */
    public LogRecord record(EventCodec codec) {
        try {
            return new LogRecord(offset, id, source, timeMillis(), codec.event(type, JSON.writeValueAsBytes(data)));
        } catch (RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(message.lines().findFirst().orElse(message), e);
        }
    }

    private long timeMillis() {
        try {
            return time.isEmpty() ? 0 : Instant.parse(time).toEpochMilli();
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    static JsonNode tree(String text) {
        try {
            JsonNode line = JSON.readTree(text);
            if (line != null && line.isObject()) {
                return line;
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is no JSON: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException("it is no JSON object");
    }

    private static Optional<JsonNode> json(byte @Nullable [] value) {
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(value)).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : text(header.value());
    }

    private static String base64(byte @Nullable [] value) {
        return value == null ? "" : Base64.getEncoder().encodeToString(value);
    }

    private static String text(byte @Nullable [] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
