package io.pgprimacy.systemtests;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** The brokers of a sandbox: what they say of themselves, and what can happen to them. */
final class Brokers implements AutoCloseable {
    static final String TOPIC = "pgprimacy.cluster.main";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final SandboxUnderTest sandbox;
    private final String bootstrapServers;
    private final Admin admin;

    Brokers(SandboxUnderTest sandbox) {
        this.sandbox = sandbox;
        this.bootstrapServers = sandbox.ps().stream()
                .filter(p -> p.kind().equals("kafka"))
                .map(HostProcess::url)
                .collect(Collectors.joining(","));
        this.admin = Admin.create(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "request.timeout.ms",
                1000,
                "default.api.timeout.ms",
                20_000,
                "socket.connection.setup.timeout.ms",
                1000));
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    String leader() {
        return name(partition().leader().id());
    }

    String quorumLeader() {
        return name(
                answer(() -> admin.describeMetadataQuorum().quorumInfo().get()).leaderId());
    }

    /** All three, one after the other, the leader of the partition first. */
    List<String> all() {
        return partition().replicas().stream().map(node -> name(node.id())).toList();
    }

    private TopicPartitionInfo partition() {
        return answer(() -> admin.describeTopics(List.of(TOPIC))
                .allTopicNames()
                .get()
                .get(TOPIC)
                .partitions()
                .getFirst());
    }

    private static String name(int id) {
        return "kafka" + id;
    }

    /** Until then the loss of another broker would be the loss of two. */
    void awaitInSync() {
        Eventually.until(
                "three replicas in sync", BOUND, () -> partition().isr().size() == 3);
    }

    /** Makes the broker that Kafka prefers the leader again, and returns its name. */
    String leadByPreferred() {
        awaitInSync();
        answer(() -> admin.electLeaders(ElectionType.PREFERRED, Set.of(PARTITION))
                .partitions()
                .get());
        String preferred = all().getFirst();
        Eventually.until(preferred + " leads", BOUND, () -> leader().equals(preferred));
        return preferred;
    }

    List<Long> pid(String broker) {
        return List.of(sandbox.process(broker, "kafka").pid());
    }

    /** Returns when the process has ended. */
    void end(String broker, String signal) {
        List<Long> pid = pid(broker);
        Processes.signal(signal, pid);
        awaitEnd(broker, pid);
    }

    static void awaitEnd(String broker, List<Long> pid) {
        Eventually.until(broker + " has ended", BOUND, () -> !Processes.isAlive(pid.getFirst()));
    }

    void start(String broker) {
        sandbox.run("sandbox", "start", broker).expectSuccess();
    }

    /** A broker that is gone may be the first one asked. */
    private static <T> T answer(Callable<T> question) {
        return Eventually.found("an answer of the brokers", BOUND, () -> Optional.of(question.call()));
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
