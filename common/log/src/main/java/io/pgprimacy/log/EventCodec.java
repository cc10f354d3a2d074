package io.pgprimacy.log;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.RecordKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events as CloudEvents 1.0 in binary mode: attributes in the record's headers, JSON in its value, the compaction key as its
 * key. May be used by several threads.
 */
public final class EventCodec {
    static final String ID = "ce_id";
    static final String SOURCE = "ce_source";
    static final String TYPE = "ce_type";
    static final String TIME = "ce_time";
    private static final String SPEC_VERSION = "ce_specversion";
    private static final String CONTENT_TYPE = "content-type";
    private static final byte[] VERSION_1_0 = utf8("1.0");
    private static final byte[] JSON = utf8("application/json");

    private record Type(String name, ObjectReader reader, ObjectWriter writer) {}

    private final Map<String, Type> byName = new HashMap<>();
    private final Map<Class<?>, Type> byClass = new HashMap<>();

    public EventCodec() {
        JsonMapper mapper = EventJson.mapper();
        EventTypes.all().forEach((name, event) -> {
            Type type = new Type(name, mapper.readerFor(event), mapper.writerFor(event));
            byName.put(name, type);
            byClass.put(event, type);
        });
    }

    /** The record to append; {@code id} must be unique among those of {@code writer}. */
    public ProducerRecord<byte[], byte[]> encode(
            String topic, String id, String writer, long writtenAtMillis, ClusterEvent event) {
        Type type = typeOf(event);
        RecordHeaders headers = new RecordHeaders();
        headers.add(SPEC_VERSION, VERSION_1_0);
        headers.add(TYPE, utf8(type.name()));
        headers.add(SOURCE, utf8(writer));
        headers.add(ID, utf8(id));
        headers.add(TIME, utf8(Instant.ofEpochMilli(writtenAtMillis).toString()));
        headers.add(CONTENT_TYPE, JSON);
        return new ProducerRecord<>(
                topic, 0, utf8(RecordKey.of(id, event)), type.writer().writeValueAsBytes(event), headers);
    }

    /** Never throws: what cannot be read is a value too. */
    public Decoded decode(ConsumerRecord<byte[], byte[]> record) {
        Attributes attributes = new Attributes(record);
        Optional<String> foreign = attributes.missing();
        if (foreign.isPresent()) {
            return unreadable(record, attributes, foreign.get());
        }
        Type type = byName.get(attributes.type);
        if (type == null) {
            return unreadable(record, attributes, "no event of this version has that type");
        }
        if (record.value() == null) {
            return unreadable(record, attributes, "the body is missing");
        }
        try {
            ClusterEvent event = read(type, record.value());
            return new Decoded.Known(new LogRecord(
                    record.offset(), attributes.id, attributes.source, attributes.timeMillis(record), event));
        } catch (RuntimeException e) {
            return unreadable(record, attributes, firstLine(e));
        }
    }

    /** The event's body alone, as it stands in the log. */
    public byte[] body(ClusterEvent event) {
        return typeOf(event).writer().writeValueAsBytes(event);
    }

    /** The inverse of {@link #body}; throws where the type is not known or the body not readable. */
    public ClusterEvent event(String typeName, byte[] body) {
        Type type = byName.get(typeName);
        if (type == null) {
            throw new IllegalArgumentException("event type '" + typeName + "' is not known");
        }
        return read(type, body);
    }

    private static ClusterEvent read(Type type, byte[] body) {
        ClusterEvent event = type.reader().readValue(body);
        if (event == null) {
            throw new IllegalArgumentException("the body is a JSON null");
        }
        return event;
    }

    private Type typeOf(ClusterEvent event) {
        Type type = byClass.get(event.getClass());
        if (type == null) {
            throw new IllegalStateException(event.getClass() + " is not reached through the sealed types");
        }
        return type;
    }

    private static Decoded.Unreadable unreadable(
            ConsumerRecord<byte[], byte[]> record, Attributes attributes, String reason) {
        return new Decoded.Unreadable(record.offset(), attributes.type, EventTypes.isDecision(attributes.type), reason);
    }

    private static String firstLine(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse(e.getClass().getSimpleName());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The headers, read in one pass; {@code lastHeader} would walk the list once for each. */
    private static final class Attributes {
        private String id = "";
        private String source = "";
        private String type = "";
        private String time = "";
        private String specVersion = "";

        Attributes(ConsumerRecord<byte[], byte[]> record) {
            for (Header header : record.headers()) {
                switch (header.key()) {
                    case ID -> id = text(header.value());
                    case SOURCE -> source = text(header.value());
                    case TYPE -> type = text(header.value());
                    case TIME -> time = text(header.value());
                    case SPEC_VERSION -> specVersion = text(header.value());
                    default -> {
                        // An extension that this version knows nothing of.
                    }
                }
            }
        }

        Optional<String> missing() {
            if (!specVersion.startsWith("1.")) {
                return Optional.of("it is not a CloudEvent of version 1");
            }
            return id.isEmpty() || source.isEmpty() || type.isEmpty()
                    ? Optional.of("a required attribute is missing")
                    : Optional.empty();
        }

        /** The time is for people, so a missing one is no reason to lose the event. */
        long timeMillis(ConsumerRecord<byte[], byte[]> record) {
            try {
                return time.isEmpty() ? record.timestamp() : Instant.parse(time).toEpochMilli();
            } catch (DateTimeParseException e) {
                return record.timestamp();
            }
        }

        private static String text(byte @Nullable [] value) {
            return value == null ? "" : new String(value, StandardCharsets.UTF_8);
        }
    }
}
