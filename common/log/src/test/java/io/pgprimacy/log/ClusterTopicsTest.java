package io.pgprimacy.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.ClusterTopics.Durability;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** What a topic must be like, against a real broker. */
class ClusterTopicsTest extends BrokerTest {
    @Test
    void aWeakTopicIsRefusedInProductionAndAWrongOneAnywhere() throws Exception {
        assertThat(topics.check(cluster, true))
                .hasOnlyElementsOfTypes(TopicWeakness.TooFewReplicas.class, TopicWeakness.TooFewInSync.class);
        assertThatThrownBy(() -> topics.check(cluster, false))
                .isInstanceOf(WeakTopicException.class)
                .hasMessageContaining("min.insync.replicas is 1, not 2");
        ClusterId wrong = new ClusterId("wrong");
        try (Admin admin = admin()) {
            NewTopic topic = new NewTopic(wrong.topic(), Optional.of(2), Optional.of((short) 1))
                    .configs(Map.of("unclean.leader.election.enable", "true"));
            admin.createTopics(List.of(topic)).all().get(20, TimeUnit.SECONDS);
        }
        assertThatThrownBy(() -> topics.check(wrong, true))
                .isInstanceOfSatisfying(
                        WeakTopicException.class,
                        e -> assertThat(e.weaknesses())
                                .hasOnlyElementsOfTypes(
                                        TopicWeakness.TooFewReplicas.class,
                                        TopicWeakness.TooFewInSync.class,
                                        TopicWeakness.UncleanElection.class,
                                        TopicWeakness.WrongCleanup.class,
                                        TopicWeakness.WrongPartitions.class)
                                .hasSize(5));
    }

    @Test
    void creatingATopicTwiceIsCreatingItOnce() {
        topics.create(cluster, Durability.SANDBOX);
        assertThat(topics.exists(cluster)).isTrue();
        assertThat(topics.exists(new ClusterId("nobody-made-this"))).isFalse();
    }

    @Test
    void aSettingThatSafetyDependsOnCannotBeOverridden() {
        SortedMap<String, String> properties = new TreeMap<>(Map.of("acks", "1"));
        assertThatThrownBy(() -> new KafkaSettings("h:1", properties, "agent/a"))
                .hasMessageContaining("'acks'");
    }
}
