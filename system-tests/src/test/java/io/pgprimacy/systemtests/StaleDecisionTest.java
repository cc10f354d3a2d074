package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.bench.Trial;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a producer's late retry, or somebody with access to the topic, may append. With the longer lease, as in {@link AgentRestartTest}:
 * the agent is killed here too.
 */
class StaleDecisionTest {
    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.SYNCHRONOUS.withProfile("normal"));

    private final SandboxUnderTest sandbox = SHARED.get();

    @Test
    void anOldDecisionThatIsAppendedAgainChangesNothingAlsoForAnAgentThatRestarts()
            throws ExecutionException, InterruptedException {
        Trial trial = new Trial(sandbox, Duration.ofSeconds(5), true);
        trial.switchOver();
        trial.switchOver();
        ClusterNow before = sandbox.look();
        Host primary = Host.of(sandbox, before.primary());
        long offset = sandbox.lastOffset();

        int copies = appendAgainEachChoice();
        assertThat(copies).isPositive();
        Processes.signal("KILL", List.of(primary.agent().pid()));
        sandbox.startHost(primary.name());
        sandbox.waitHealthy();

        ClusterNow after = sandbox.look();
        assertThat(after.term()).isEqualTo(before.term());
        assertThat(after.primary()).isEqualTo(before.primary());
        assertThat(sandbox.process(primary.name(), "postgres").pid())
                .isEqualTo(primary.postmaster().pid());
        assertThat(sandbox.eventsAfter(offset))
                .filteredOn(e -> SandboxUnderTest.nameOf(e).equals("PrimaryChosen"))
                .hasSize(copies)
                .allSatisfy(e -> assertThat(e.path("ignored").asString("")).isNotBlank());
    }

    /** Byte by byte as they were, headers and key as well. */
    private int appendAgainEachChoice() throws ExecutionException, InterruptedException {
        int copies = 0;
        try (var producer = new KafkaProducer<>(
                ClusterTopic.settings(sandbox), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ConsumerRecord<byte[], byte[]> record : ClusterTopic.records(sandbox)) {
                if (isChoice(record)) {
                    producer.send(new ProducerRecord<>(
                                    ClusterTopic.NAME, 0, record.key(), record.value(), record.headers()))
                            .get();
                    copies++;
                }
            }
        }
        return copies;
    }

    private static boolean isChoice(ConsumerRecord<byte[], byte[]> record) {
        return ClusterTopic.header(record, "ce_type")
                .map(type -> type.contains("primary-chosen"))
                .orElse(false);
    }
}
