package io.pgprimacy.coordinator.metrics;

import static io.pgprimacy.coordinator.runtime.FakeFleet.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pgprimacy.coordinator.runtime.Clocks;
import io.pgprimacy.coordinator.runtime.FakeFleet;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.metric.CoordinatorMetric;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CoordinatorMetricsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicReference<Duration> now = new AtomicReference<>(Duration.ZERO);
    private final CoordinatorMetrics metrics = new CoordinatorMetrics(
            registry, new Clocks(now::get, () -> now.get().toMillis()));
    private final FakeFleet fleet = fleet();

    private FakeFleet fleet() {
        FakeFleet made = new FakeFleet(metrics);
        metrics.show(made.runtime);
        return made;
    }

    @Test
    void what_is_exported_is_the_catalogue() {
        new WebhookMetrics(registry, List.of("pager")).delivered("pager");
        fleet.withMain();
        fleet.failOverToC();

        Set<String> exported = new TreeSet<>();
        Set<String> known = new TreeSet<>();
        // Percentiles stand beside a timer's three series.
        samples()
                .filter(line -> !line.contains("quantile="))
                .map(line -> line.replaceAll("[{ ].*", ""))
                .forEach(exported::add);
        for (CoordinatorMetric metric : CoordinatorMetric.values()) {
            known.addAll(metric.series());
        }
        assertThat(exported).isEqualTo(known);
    }

    @Test
    void a_healthy_cluster_and_one_that_lost_its_primary() {
        fleet.withMain();
        assertThat(value("pgprimacy_cluster_healthy{scope=\"main\"}")).isEqualTo(1);
        assertThat(value("pgprimacy_cluster_serving{scope=\"main\"}")).isEqualTo(1);
        assertThat(value("pgprimacy_cluster_members{scope=\"main\"}")).isEqualTo(3);
        assertThat(value("pgprimacy_cluster_term{scope=\"main\"}")).isEqualTo(1);
        assertThat(value("pgprimacy_backup_last_completed_timestamp_seconds{scope=\"main\",type=\"full\"}"))
                .isNaN();

        fleet.dies("a");
        fleet.pass(6000);

        assertThat(value("pgprimacy_cluster_healthy{scope=\"main\"}")).isZero();
        assertThat(value("pgprimacy_cluster_serving{scope=\"main\"}")).isZero();
        assertThat(value("pgprimacy_cluster_primary_silence_seconds{scope=\"main\"}"))
                .isGreaterThan(5);
    }

    @Test
    void the_phases_of_a_failover_are_timed_by_the_coordinator_s_own_clock() {
        fleet.withMain();
        fleet.dies("a");
        fleet.sees("b", FakeFleet.standby("0/5000000", 1, "a"));
        fleet.pass(6000);
        assertThat(value("pgprimacy_primary_change_seconds_sum{kind=\"failover\",phase=\"silence\",scope=\"main\"}"))
                .isBetween(3.08, 3.1);

        now.set(Duration.ofSeconds(10));
        pledge("b", "0/5000000");
        pledge("c", "0/5000060");
        fleet.pass(100);
        assertThat(value("pgprimacy_primary_change_seconds_sum{kind=\"failover\",phase=\"choice\",scope=\"main\"}"))
                .isEqualTo(10);

        now.set(Duration.ofSeconds(12));
        fleet.fact(new Fact.Promoted(new NodeId("c"), new Term(2), new TimelineId(2), Optional.empty()));
        now.set(Duration.ofSeconds(15));
        Fact following = new Fact.StandbyFollowing(new NodeId("b"), new Term(2), new TimelineId(2));
        fleet.fact(following);
        fleet.fact(following);

        assertThat(value("pgprimacy_primary_change_seconds_sum{kind=\"failover\",phase=\"promotion\",scope=\"main\"}"))
                .isEqualTo(2);
        assertThat(value("pgprimacy_primary_change_seconds_sum{kind=\"failover\",phase=\"outage\",scope=\"main\"}"))
                .isBetween(15.08, 15.1);
        assertThat(value("pgprimacy_primary_change_seconds_sum{kind=\"failover\",phase=\"following\",scope=\"main\"}"))
                .isEqualTo(3);
    }

    @Test
    void a_silence_that_ends_by_itself_was_suspected_in_vain() {
        fleet.withMain();
        fleet.dies("a");
        fleet.pass(1500);
        assertThat(value("pgprimacy_suspicions_total{outcome=\"false_alarm\",scope=\"main\"}"))
                .isZero();
        fleet.sees("a", FakeFleet.primary("0/5000000", 1));
        fleet.pass(500);
        assertThat(value("pgprimacy_suspicions_total{outcome=\"false_alarm\",scope=\"main\"}"))
                .isEqualTo(1);
        assertThat(value("pgprimacy_suspicions_total{outcome=\"replaced\",scope=\"main\"}"))
                .isZero();
    }

    @Test
    void a_fact_that_is_stated_again_counts_once() {
        fleet.withMain();
        Fact saved = new Fact.DiscardedWalSaved(
                new NodeId("a"),
                new Term(2),
                new TimelineId(1),
                Lsn.parse("0/100"),
                Lsn.parse("0/200"),
                3,
                "/there",
                Optional.empty(),
                Optional.empty());
        fleet.fact(saved);
        fleet.fact(saved);
        assertThat(value("pgprimacy_discarded_wal_bytes_total{scope=\"main\"}")).isEqualTo(256);
    }

    @Test
    void a_failover_is_counted_by_its_cause_with_what_may_be_lost() {
        fleet.withMain();
        fleet.failOverToC();
        assertThat(value("pgprimacy_primary_stops_total{cause=\"crashed\",scope=\"main\"}"))
                .isEqualTo(1);
        assertThat(value("pgprimacy_primary_stops_total{cause=\"killed_by_guard\",scope=\"main\"}"))
                .isZero();
        assertThat(value("pgprimacy_possible_loss_bytes_total{scope=\"main\"}")).isEqualTo(0x100 - 0x60);
        assertThat(value("pgprimacy_suspicions_total{outcome=\"replaced\",scope=\"main\"}"))
                .isEqualTo(1);
    }

    /** Keys of their own, so that a log in JSON is searched by them. */
    @Test
    void each_decision_is_a_line_with_the_same_keys() {
        Logger logger = (Logger) LoggerFactory.getLogger("io.pgprimacy.coordinator.decisions");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            fleet.withMain();
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list.getFirst().getFormattedMessage())
                .startsWith("the cluster begins with a as primary of term 1 | ");
        assertThat(lines.list.getFirst().getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .startsWith("cluster=main", "term=1", "rule=C1", "offset=8", "operation=req-create");
    }

    @Test
    void of_a_deleted_cluster_nothing_is_left() {
        fleet.withMain();
        fleet.logs.delete(MAIN);
        fleet.pass(1500);
        assertThat(samples()).noneMatch(line -> line.contains("scope=\"main\""));
    }

    private void pledge(String name, String lsn) {
        fleet.fact(
                new Fact.StandbyPledged(new NodeId(name), new Term(2), Optional.of(FakeFleet.at(lsn, 1)), List.of()));
    }

    private double value(String series) {
        return samples()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(series + " is not exported"));
    }

    private Stream<String> samples() {
        return registry.scrape().lines().filter(line -> !line.startsWith("#"));
    }
}
