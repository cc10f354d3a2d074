package io.pgprimacy.core.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.Golden;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsDocsTest {
    private static final List<Metric> ALL = Stream.<Metric[]>of(
                    AgentMetric.values(), PatroniMetric.values(), CoordinatorMetric.values(), StorageMetric.values())
            .flatMap(Arrays::stream)
            .toList();

    @Test
    void the_reference_is_the_code() {
        StringBuilder text = new StringBuilder("""
                # Metrics

                For Prometheus. `scope` is the cluster and `name` the node, as Patroni has it. What is not known is NaN; yes is 1.
                Seconds and bytes are whole units. Timers have `_count`, `_sum` and `_max`. How to scrape them, boards and alerts:
                [monitoring](../how-to/monitoring.md). Generated from the catalogue in `io.pgprimacy.core.metric`; `./dev docs` rewrites it.
                """);
        section(
                text,
                "Agents",
                "`GET /metrics` on port 8008; each has the labels `scope` and `name`.",
                AgentMetric.values());
        section(
                text,
                "Agents, by Patroni's names",
                "The 26 of Patroni 4.1 with its meanings, so that boards and alerts made for it show something true.",
                PatroniMetric.values());
        section(
                text,
                "Coordinators",
                "`GET /actuator/prometheus`. Every coordinator reads all logs and tells the same of a cluster: take `max by (scope)`, not the sum."
                        + " Counters begin when a coordinator starts.",
                CoordinatorMetric.values());
        section(
                text,
                "Storage services",
                "`GET /actuator/prometheus`. What begins with `pgprimacy_repository_` is read from the bucket every `pgprimacy.storage.figures-interval` (5 minutes).",
                StorageMetric.values());
        Golden.documents("docs/reference/metrics.md", text.toString());
    }

    private static void section(StringBuilder text, String title, String about, Metric[] metrics) {
        text.append("\n## ").append(title).append("\n\n").append(about).append("\n\n");
        text.append("| metric | kind | labels | |\n| --- | --- | --- | --- |\n");
        for (Metric metric : metrics) {
            text.append("| `")
                    .append(metric.exposed())
                    .append("` | ")
                    .append(metric.kind().name().toLowerCase(Locale.ROOT))
                    .append(" | ")
                    .append(String.join(", ", metric.labels()))
                    .append(" | ")
                    .append(metric.description())
                    .append(" |\n");
        }
    }

    @Test
    void no_name_is_used_twice_and_each_ends_as_its_kind_does() {
        assertThat(ALL).extracting(Metric::exposed).doesNotHaveDuplicates().allMatch(n -> n.matches("[a-z][a-z0-9_]+"));
        // A counter and a gauge of one family would be told apart by nobody.
        assertThat(ALL).extracting(Metric::meter).doesNotHaveDuplicates();
        assertThat(ALL)
                .filteredOn(m -> m.kind() == Metric.Kind.GAUGE)
                .extracting(Metric::exposed)
                .noneMatch(n -> n.endsWith("_total"));
    }
}
