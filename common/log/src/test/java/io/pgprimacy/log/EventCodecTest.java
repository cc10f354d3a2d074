package io.pgprimacy.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class EventCodecTest {
    private static final String PREPARED = "io.pgprimacy.fact.switchover-prepared.v1";

    private final EventCodec codec = new EventCodec();

    @Test
    void everyEventComesBackEqualWithItsEnvelope() {
        EventTypes.all().values().stream()
                .flatMap(type -> Samples.of(type).stream())
                .forEach(event -> {
                    ProducerRecord<byte[], byte[]> sent =
                            codec.encode("t", "f3-17", "agent/db-1", 1_763_800_000_123L, event);
                    assertThat(codec.decode(readBack(sent, 99)))
                            .isEqualTo(new Decoded.Known(
                                    new LogRecord(99, "f3-17", "agent/db-1", 1_763_800_000_123L, event)));
                });
    }

    @Test
    void namesAreDerivedFromTheSealedTypes() {
        assertThat(EventTypes.all().keySet())
                .contains(
                        "io.pgprimacy.node.heartbeat.v1",
                        "io.pgprimacy.coordinator.pulse.v1",
                        "io.pgprimacy.fact.standby-pledged.v1",
                        "io.pgprimacy.request.switchover-requested.v1",
                        "io.pgprimacy.decision.primary-chosen.v1");
    }

    @Test
    void someoneElsesReaderFindsACloudEvent() {
        ProducerRecord<byte[], byte[]> sent = codec.encode("t", "a-1", "agent/db-1", 1_763_800_000_123L, prepared());
        try (CloudEventDeserializer reader = new CloudEventDeserializer()) {
            CloudEvent event = reader.deserialize("t", sent.headers(), sent.value());
            assertThat(event.getType()).isEqualTo(PREPARED);
            assertThat(event.getSource()).hasToString("agent/db-1");
            assertThat(event.getDataContentType()).isEqualTo("application/json");
            assertThat(Objects.requireNonNull(event.getTime()).toInstant().toEpochMilli())
                    .isEqualTo(1_763_800_000_123L);
        }
    }

    @Test
    void aNameOrCounterIsAlwaysAPlainScalar() {
        EventTypes.all().values().stream()
                .flatMap(type -> Samples.of(type).stream())
                .map(event -> EventJson.mapper().readTree(codec.body(event)))
                .forEach(EventCodecTest::refuseWrappedValues);
    }

    @Test
    void anLsnReadsAsPostgresWritesIt() {
        for (long value : new long[] {0, 0x3000060L, 0x16B374D848L, -1L, 1L << 32}) {
            assertThat(LsnText.write(new Lsn(value))).isEqualTo(new Lsn(value).toString());
            assertThat(LsnText.read(new Lsn(value).toString())).isEqualTo(new Lsn(value));
        }
    }

    @Test
    void whatIsNotKnownIsIgnored() {
        assertThat(decoded(PREPARED, "{\"node\":\"db-1\",\"term\":3,\"mood\":\"good\",\"more\":{\"a\":[1]}}"))
                .isInstanceOfSatisfying(
                        Decoded.Known.class, k -> assertThat(k.record().event()).isEqualTo(prepared()));
    }

    @Test
    void whatIsMissingOrMalformedIsUnreadableAndNeverNull() {
        for (String body : List.of(
                "{\"node\":\"db-1\"}",
                "{\"node\":null,\"term\":3}",
                "{\"node\":\"db-1\",\"term\":null}",
                "{\"node\":\"db-1\",\"term\":\"3\"}",
                "{\"node\":\"db-1\",\"term\":-3}",
                "{\"node\":\"UPPER\",\"term\":3}",
                "{\"node\":\"db-1\",\"term\":3",
                "[]",
                "null",
                "")) {
            assertThat(decoded(PREPARED, body)).as(body).isInstanceOf(Decoded.Unreadable.class);
        }
        assertThat(decoded("io.pgprimacy.node.heartbeat.v1", heartbeatWithView("{\"kind\":\"dreaming\"}")))
                .isInstanceOf(Decoded.Unreadable.class);
        assertThat(decoded("io.pgprimacy.node.heartbeat.v1", heartbeatWithView("{\"kind\":\"empty\"}")))
                .isInstanceOf(Decoded.Known.class);
    }

    @Test
    void anUnknownDecisionIsToldFromOtherUnknownRecords() {
        assertThat(decoded("io.pgprimacy.decision.moon-landed.v1", "{}"))
                .isInstanceOfSatisfying(
                        Decoded.Unreadable.class, u -> assertThat(u.decision()).isTrue());
        assertThat(decoded("io.pgprimacy.decision.primary-chosen.v2", "{}"))
                .isInstanceOfSatisfying(
                        Decoded.Unreadable.class, u -> assertThat(u.decision()).isTrue());
        assertThat(decoded("io.pgprimacy.fact.moon-landed.v1", "{}"))
                .isInstanceOfSatisfying(
                        Decoded.Unreadable.class, u -> assertThat(u.decision()).isFalse());
    }

    @Test
    void aForeignRecordOrATombstoneIsUnreadable() {
        assertThat(codec.decode(new ConsumerRecord<>("t", 0, 7, new byte[0], new byte[0])))
                .isInstanceOfSatisfying(
                        Decoded.Unreadable.class, u -> assertThat(u.offset()).isEqualTo(7));
        ProducerRecord<byte[], byte[]> sent = codec.encode("t", "a-1", "agent/db-1", 0, prepared());
        assertThat(codec.decode(readBack(new ProducerRecord<>("t", 0, sent.key(), null, sent.headers()), 7)))
                .isInstanceOf(Decoded.Unreadable.class);
    }

    @Test
    void anAbsentOptionalIsLeftOut() {
        Heartbeat.NodeHeartbeat idle = new Heartbeat.NodeHeartbeat(
                new NodeId("db-1"),
                "x",
                1,
                Term.NONE,
                0,
                Optional.empty(),
                new io.pgprimacy.core.event.PostgresView.Empty(),
                1,
                "");
        assertThat(new String(codec.body(idle), StandardCharsets.UTF_8))
                .isEqualTo("{\"node\":\"db-1\",\"incarnation\":\"x\",\"beat\":1,\"termSeen\":0,\"sequence\":0,"
                        + "\"postgres\":{\"kind\":\"empty\"},\"protocol\":1,\"activity\":\"\"}");
    }

    private static String heartbeatWithView(String view) {
        return "{\"node\":\"db-1\",\"incarnation\":\"x\",\"beat\":1,\"termSeen\":0,\"sequence\":0,\"postgres\":" + view
                + ",\"protocol\":1,\"activity\":\"\"}";
    }

    private static ClusterEvent prepared() {
        return new Fact.SwitchoverPrepared(new NodeId("db-1"), new Term(3));
    }

    private Decoded decoded(String type, String body) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("ce_specversion", utf8("1.0"));
        headers.add("ce_id", utf8("a-1"));
        headers.add("ce_source", utf8("agent/db-1"));
        headers.add("ce_type", utf8(type));
        return codec.decode(readBack(new ProducerRecord<>("t", 0, utf8("k"), utf8(body), headers), 1));
    }

    static ConsumerRecord<byte[], byte[]> readBack(ProducerRecord<byte[], byte[]> sent, long offset) {
        return new ConsumerRecord<>(
                sent.topic(),
                0,
                offset,
                0,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                sent.key(),
                sent.value(),
                sent.headers(),
                Optional.empty());
    }

    private static void refuseWrappedValues(JsonNode node) {
        if (node.isObject()) {
            assertThat(node.propertyNames()).isNotEqualTo(List.of("value"));
        }
        node.forEach(EventCodecTest::refuseWrappedValues);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
