package io.pgprimacy.core.metric;

import java.util.List;
import java.util.stream.Stream;

/** One metric as Prometheus sees it. Each of those that export it registers it by its entry, so a name stands in one place. */
public sealed interface Metric permits AgentMetric, PatroniMetric, CoordinatorMetric, StorageMetric {
    /** The labels that every metric of an agent has, as Patroni names them. */
    List<String> OF_NODE = List.of("scope", "name");

    /** What is exported for each cluster carries its name as agents do, so one board and one route of alerts serves all. */
    String CLUSTER = "scope";

    enum Kind {
        GAUGE,
        COUNTER,
        /** {@code _count}, {@code _sum} and {@code _max}, in seconds. */
        TIMER
    }

    Kind kind();

    /** As in PromQL; a counter's ends in {@code _total}, a timer's in {@code _seconds}. */
    String exposed();

    List<String> labels();

    String description();

    /** The name for Micrometer, whose registry for Prometheus puts the ending of a counter or a timer behind it. */
    default String meter() {
        return switch (kind()) {
            case GAUGE -> exposed();
            case COUNTER -> without("_total");
            case TIMER -> without("_seconds");
        };
    }

    /** The names of its time series. */
    default List<String> series() {
        return switch (kind()) {
            case GAUGE, COUNTER -> List.of(exposed());
            case TIMER ->
                Stream.of("_count", "_sum", "_max").map(exposed()::concat).toList();
        };
    }

    private String without(String ending) {
        if (!exposed().endsWith(ending)) {
            throw new IllegalStateException(exposed() + " must end in " + ending);
        }
        return exposed().substring(0, exposed().length() - ending.length());
    }
}
