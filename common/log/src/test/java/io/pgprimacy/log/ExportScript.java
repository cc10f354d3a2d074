package io.pgprimacy.log;

import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;

/** Records as the codec writes them and an export reads them, without a broker in between. */
final class ExportScript {
    private static final ClusterId MAIN = new ClusterId("main");
    private static final EventCodec CODEC = new EventCodec();

    private final RecordChain chain = new RecordChain();
    private final List<String> lines = new ArrayList<>();
    private long offset;
    private long sequence;

    /** A node joins, a cluster is asked for and made, and automation is paused. */
    static ExportScript ordinary() {
        ExportScript script = new ExportScript();
        script.write("agent/pg1", joined("pg1"));
        script.write(
                "coordinator/c1",
                new Request.ClusterCreationRequested(
                        "r1",
                        new Request.Origin("jane", "a new cluster"),
                        ClusterConfig.defaults(TimingProfile.FAST),
                        new NodeId("pg1"),
                        false));
        script.write("coordinator/c1", script.created());
        script.write(
                "agent/pg1", new Request.MaintenanceRequested("r2", new Request.Origin("jane", "maintenance"), true));
        script.write("coordinator/c1", new Decision.MaintenanceChanged(script.basis(Optional.of("r2")), true));
        return script;
    }

    static Fact joined(String node) {
        return new Fact.NodeJoined(
                new NodeId(node),
                new Endpoint("127.0.0.1", 5432, 8008),
                NodeTags.DEFAULT,
                Optional.empty(),
                "15",
                false,
                Optional.empty());
    }

    private Decision created() {
        return new Decision.ClusterCreated(
                basis(Optional.of("r1")), ClusterConfig.defaults(TimingProfile.FAST), new NodeId("pg1"), false);
    }

    Basis basis(Optional<String> answers) {
        return new Basis(
                ++sequence,
                "c1",
                RuleId.N0,
                "because",
                answers,
                new Evidence(
                        offset - 1,
                        0,
                        true,
                        Duration.ZERO,
                        new TreeMap<>(),
                        Duration.ZERO,
                        Evidence.Fleet.ALONE,
                        Optional.empty(),
                        Optional.empty()));
    }

    void write(String writer, ClusterEvent event) {
        ExportLine line = ExportLine.of(MAIN, record(writer, event));
        lines.add(line.withChain(chain.next(line)).write());
    }

    private ConsumerRecord<byte[], byte[]> record(String writer, ClusterEvent event) {
        long at = offset++;
        ProducerRecord<byte[], byte[]> sent = CODEC.encode(MAIN.topic(), "id-" + at, writer, 1_000 + at, event);
        return new ConsumerRecord<>(
                MAIN.topic(),
                0,
                at,
                1_000 + at,
                TimestampType.CREATE_TIME,
                0,
                0,
                sent.key(),
                sent.value(),
                sent.headers(),
                Optional.empty());
    }

    /** With the last line. */
    List<String> lines() {
        List<String> all = new ArrayList<>(lines);
        all.add(new ExportTrailer("main", lines.size(), offset - 1, chain.head()).write());
        return all;
    }

    String head() {
        return chain.head();
    }
}
