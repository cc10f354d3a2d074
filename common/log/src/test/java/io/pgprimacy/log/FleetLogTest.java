package io.pgprimacy.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.ClusterTopics.Durability;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** A coordinator's logs against a real broker. */
class FleetLogTest extends BrokerTest {
    @Test
    void aFleetReadsEveryClusterAndFindsNewOnes() {
        ClusterId later = new ClusterId("fleet-later");
        try (FleetLog fleet = fleet();
                KafkaClusterLog agent = connected("agent/db-1")) {
            assertThat(readUntil(fleet, cluster, records -> fleet.isCaughtUp(cluster) && !records.isEmpty()))
                    .extracting(LogRecord::writer)
                    .containsOnly("agent/db-1");
            readUntil(agent, records -> {
                fleet.append(cluster, new Heartbeat.CoordinatorPulse("c1", 1));
                return records.stream().anyMatch(r -> r.writer().equals("coordinator/c1"));
            });
            assertThat(fleet.clusters()).doesNotContain(later);
            topics.create(later, Durability.SANDBOX);
            fleet.lookForClusters();
            readUntil(fleet, later, records -> {
                fleet.append(later, prepared("db-9", 1));
                return !records.isEmpty();
            });
        }
    }

    @Test
    void aFleetHaltsOneLogAndReadsItAnewWhenTold() throws Exception {
        try (FleetLog fleet = fleet();
                Admin admin = admin()) {
            readUntil(fleet, cluster, records -> {
                fleet.append(cluster, prepared("db-1", 1));
                return !records.isEmpty();
            });
            admin.deleteTopics(List.of(cluster.topic())).all().get(20, TimeUnit.SECONDS);
            createAgain(admin);
            readUntil(fleet, cluster, records -> fleet.halted(cluster).isPresent());
            fleet.readAnew(cluster);
            readUntil(fleet, cluster, records -> {
                fleet.append(cluster, prepared("db-1", 2));
                return records.stream().anyMatch(r -> r.event().equals(prepared("db-1", 2)));
            });
            assertThat(fleet.halted(cluster)).isEmpty();
        }
    }
}
