package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.RejoinPolicy;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.config.Timing;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.config.WriteProbePolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's configuration. In a request every field may be left out: what is missing stays as it is, or at its default.
 *
 * @param profile fast, normal, cross-zone or wan; null where heartbeat and lease fit none of them
 * @param sync true: commits wait for {@code acknowledgements} standbys, 1 unless it says more
 * @param strict true: commits wait when too few standbys are there; false: the coordinator lowers the number by a logged decision
 * @param rejoin rewind, rebuild or quarantine
 * @param writeProbe failover or report
 */
record ConfigView(
        @Nullable String profile,
        @Nullable Long heartbeatMillis,
        @Nullable Long leaseMillis,
        @Nullable Boolean sync,
        @Nullable Integer acknowledgements,
        @Nullable Boolean strict,
        @Nullable String rejoin,
        @Nullable Long maximumLagOnFailover,
        @Nullable Integer automaticFailoverLimit,
        @Nullable Long automaticFailoverWindowSeconds,
        @Nullable String writeProbe,
        @Nullable Long writeProbeBoundMillis,
        @Nullable Long restartLeaseMillis,
        @Nullable Map<String, String> parameters) {

    static ConfigView of(ClusterConfig c) {
        ReplicationMode.Quorum quorum = c.replication() instanceof ReplicationMode.Quorum q ? q : null;
        return new ConfigView(
                profileOf(c.timing()),
                c.timing().heartbeat().toMillis(),
                c.timing().lease().toMillis(),
                quorum != null,
                quorum == null ? 0 : quorum.acknowledgements(),
                quorum != null && quorum.strict(),
                lower(c.rejoin()),
                c.maximumLagOnFailover(),
                c.automaticFailoverLimit(),
                c.automaticFailoverWindow().toSeconds(),
                lower(c.writeProbe()),
                c.writeProbeBound().toMillis(),
                c.restartLease().toMillis(),
                c.parameters());
    }

    static @Nullable String profileOf(Timing timing) {
        return Arrays.stream(TimingProfile.values())
                .filter(p -> p.timing().equals(timing))
                .findFirst()
                .map(ConfigView::lower)
                .orElse(null);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** This over {@code base}; throws {@link IllegalArgumentException} with the sum that shows why a combination is unsafe. */
    ClusterConfig over(ClusterConfig base) {
        Timing timing = timing(base.timing());
        Duration restart = restartLeaseMillis != null
                ? Duration.ofMillis(restartLeaseMillis)
                : longer(base.restartLease(), timing.lease());
        Duration probe = writeProbeBoundMillis != null
                ? Duration.ofMillis(writeProbeBoundMillis)
                : longer(base.writeProbeBound(), timing.heartbeat());
        return new ClusterConfig(
                timing,
                replication(base.replication()),
                rejoin == null ? base.rejoin() : parse(RejoinPolicy.class, "rejoin", rejoin),
                or(maximumLagOnFailover, base.maximumLagOnFailover()),
                automaticFailoverLimit == null ? base.automaticFailoverLimit() : automaticFailoverLimit,
                automaticFailoverWindowSeconds == null
                        ? base.automaticFailoverWindow()
                        : Duration.ofSeconds(automaticFailoverWindowSeconds),
                writeProbe == null ? base.writeProbe() : parse(WriteProbePolicy.class, "writeProbe", writeProbe),
                probe,
                restart,
                merged(base.parameters()));
    }

    private Timing timing(Timing base) {
        Timing from = profile == null
                ? base
                : parse(TimingProfile.class, "profile", profile).timing();
        return new Timing(
                Duration.ofMillis(or(heartbeatMillis, from.heartbeat().toMillis())),
                Duration.ofMillis(or(leaseMillis, from.lease().toMillis())));
    }

    private ReplicationMode replication(ReplicationMode base) {
        if (sync == null && acknowledgements == null && strict == null) {
            return base;
        }
        boolean wanted = sync != null ? sync : base instanceof ReplicationMode.Quorum || acknowledgements != null;
        if (!wanted) {
            return new ReplicationMode.Asynchronous();
        }
        ReplicationMode.Quorum held =
                base instanceof ReplicationMode.Quorum q ? q : new ReplicationMode.Quorum(1, false);
        return new ReplicationMode.Quorum(
                acknowledgements == null ? held.acknowledgements() : acknowledgements,
                strict == null ? held.strict() : strict);
    }

    /** An empty value takes a parameter away again. */
    private SortedMap<String, String> merged(SortedMap<String, String> base) {
        SortedMap<String, String> all = new TreeMap<>(base);
        if (parameters != null) {
            parameters.forEach((name, value) -> {
                if (value == null || value.isEmpty()) {
                    all.remove(name);
                } else {
                    all.put(name, value);
                }
            });
        }
        return all;
    }

    private static long or(@Nullable Long given, long otherwise) {
        return given == null ? otherwise : given;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }

    private static <E extends Enum<E>> E parse(Class<E> type, String field, String text) {
        for (E value : type.getEnumConstants()) {
            if (lower(value).equals(text.toLowerCase(Locale.ROOT))) {
                return value;
            }
        }
        throw new IllegalArgumentException(field + " '" + text + "' must be one of "
                + String.join(
                        ", ",
                        Arrays.stream(type.getEnumConstants())
                                .map(ConfigView::lower)
                                .toList()));
    }
}
