package io.pgprimacy.log;

import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the topics that hold cluster logs, and refuses those that could lose a decision. */
public final class ClusterTopics implements AutoCloseable {
    /** A person waits for these, or the start of a process does: rather late than not at all. */
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(30);

    /** What a topic must have to survive the loss of a broker. */
    public record Durability(short replicas, short minInsyncReplicas) {
        public static final Durability PRODUCTION = new Durability((short) 3, (short) 2);
        public static final Durability SANDBOX = new Durability((short) 1, (short) 1);
    }

    private final Admin admin;

    public ClusterTopics(KafkaSettings settings) {
        this.admin = Admin.create(settings.admin(ANSWER_BOUND));
    }

    /** Creates the cluster's topic; one that is there already is left as it is, for {@link #check} to judge. */
    public void create(ClusterId cluster, Durability durability) {
        NewTopic topic = new NewTopic(cluster.topic(), Optional.of(1), Optional.of(durability.replicas()))
                .configs(topicSettings(durability));
        try {
            answer(admin.createTopics(List.of(topic)).all());
        } catch (TopicExistsException e) {
            // Creating it twice is creating it once: the first try may have been answered too late.
        }
    }

    static Map<String, String> topicSettings(Durability durability) {
        Map<String, String> all = new TreeMap<>();
        all.put("min.insync.replicas", Short.toString(durability.minInsyncReplicas()));
        all.put("unclean.leader.election.enable", "false");
        // Superseded heartbeats go, everything else has a key of its own and stays.
        all.put("cleanup.policy", "compact");
        // Only closed segments are compacted, so the open one bounds how many old heartbeats a replay reads: 4 MiB are
        // about
        // 6,000 records, read in well under a second.
        all.put("segment.bytes", Integer.toString(4 << 20));
        // A heartbeat is superseded within a second; ten minutes of them at the most, also in a log too quiet to fill a
        // segment.
        all.put("max.compaction.lag.ms", Long.toString(Duration.ofMinutes(10).toMillis()));
        // Most of a dirty segment is heartbeats, so cleaning pays early.
        all.put("min.cleanable.dirty.ratio", "0.1");
        // The default preallocates 10 MiB twice for each open segment: 20 GiB for a thousand clusters. 4 MiB of log
        // need 12 KiB.
        all.put("segment.index.bytes", Integer.toString(64 << 10));
        // Compaction's clocks run on the records' timestamps: by the broker's clock, so that a host whose clock is
        // wrong
        // cannot disturb them. The writer's own time is in the envelope.
        all.put("message.timestamp.type", "LogAppendTime");
        return all;
    }

    /**
     * What is weak about the cluster's topic, as far as it is tolerated: nothing at all in production.
     *
     * @param sandbox tolerate what one machine cannot avoid; the caller shows it as a warning
     * @throws WeakTopicException where a weakness is not tolerated
     */
    public List<TopicWeakness> check(ClusterId cluster, boolean sandbox) {
        List<TopicWeakness> found = weaknesses(description(cluster), effectiveSettings(cluster));
        if (found.stream().anyMatch(w -> !sandbox || !w.toleratedInSandbox())) {
            throw new WeakTopicException(cluster.topic(), found);
        }
        return found;
    }

    public boolean exists(ClusterId cluster) {
        try {
            return !description(cluster).partitions().isEmpty();
        } catch (UnknownTopicOrPartitionException e) {
            return false;
        }
    }

    private Config effectiveSettings(ClusterId cluster) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, cluster.topic());
        return only(answer(admin.describeConfigs(List.of(resource)).all()));
    }

    private TopicDescription description(ClusterId cluster) {
        return only(answer(admin.describeTopics(List.of(cluster.topic())).allTopicNames()));
    }

    private static <T> T only(Map<?, T> answers) {
        return answers.values().iterator().next();
    }

    private static List<TopicWeakness> weaknesses(TopicDescription topic, Config settings) {
        List<TopicWeakness> found = new ArrayList<>();
        int replicas = topic.partitions().getFirst().replicas().size();
        if (replicas < Durability.PRODUCTION.replicas()) {
            found.add(new TopicWeakness.TooFewReplicas(replicas, Durability.PRODUCTION.replicas()));
        }
        int inSync = Integer.parseInt(value(settings, "min.insync.replicas"));
        if (inSync < Durability.PRODUCTION.minInsyncReplicas()) {
            found.add(new TopicWeakness.TooFewInSync(inSync, Durability.PRODUCTION.minInsyncReplicas()));
        }
        if (Boolean.parseBoolean(value(settings, "unclean.leader.election.enable"))) {
            found.add(new TopicWeakness.UncleanElection());
        }
        // 'compact,delete' is no better than 'delete': it drops decisions by age.
        if (!value(settings, "cleanup.policy").equals("compact")) {
            found.add(new TopicWeakness.WrongCleanup(value(settings, "cleanup.policy")));
        }
        if (topic.partitions().size() != 1) {
            found.add(new TopicWeakness.WrongPartitions(topic.partitions().size()));
        }
        return found;
    }

    private static String value(Config settings, String name) {
        return Optional.ofNullable(settings.get(name)).map(e -> e.value()).orElse("");
    }

    private static <T> T answer(KafkaFuture<T> asked) {
        try {
            return asked.get(ANSWER_BOUND.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException cause) {
                throw cause;
            }
            throw new KafkaException("the brokers' answer could not be read", e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("no broker answered within " + ANSWER_BOUND, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofMillis(500));
    }
}
