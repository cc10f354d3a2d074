package io.pgprimacy.coordinator.runtime;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.loop.BackupCalendar;
import io.pgprimacy.core.loop.RetentionWork;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;

/**
 * All clusters: reads their logs, decides for those that are due, appends. One thread calls {@link #turn}; everything else may be
 * called by any.
 */
public final class FleetRuntime {
    private static final Duration LONGEST_WAIT = Duration.ofMillis(20);

    /** Counting suspects walks over all clusters, so it is done when one of them may need the count, and not more often. */
    private static final Duration FLEET_COUNT_HOLDS = Duration.ofMillis(20);

    private static final Duration FLEET_COUNT_REFRESH = Duration.ofMillis(500);

    private static final Duration FORGET_EVERY = Duration.ofSeconds(1);

    private final ClusterLogs logs;
    private final Ownership ownership;
    private final Clocks clocks;
    private final RuntimeListener listener;
    private final String coordinator;
    private final BackupCalendar calendar;
    private final RetentionWork retention;
    private final Map<ClusterId, ClusterRuntime> clusters = new ConcurrentSkipListMap<>();
    private BiConsumer<ClusterId, LogEntry> reader = (_, _) -> {};
    private volatile Evidence.Fleet fleet = Evidence.Fleet.ALONE;
    private Duration fleetCounted = Duration.ZERO;
    private Duration lastForgot = Duration.ZERO;

    public FleetRuntime(
            ClusterLogs logs,
            Ownership ownership,
            Clocks clocks,
            RuntimeListener listener,
            String coordinator,
            BackupCalendar calendar,
            RetentionWork retention) {
        this.logs = logs;
        this.ownership = ownership;
        this.clocks = clocks;
        this.listener = listener;
        this.coordinator = coordinator;
        this.calendar = calendar;
        this.retention = retention;
    }

    /** Every record that is read goes there too, on this fleet's thread; said before the first turn. */
    public void tell(BiConsumer<ClusterId, LogEntry> follower) {
        reader = follower;
    }

    /** One round: what has come is folded, then every cluster that is due is stepped. */
    public void turn() {
        for (ClusterLogs.Batch batch : logs.poll(LONGEST_WAIT)) {
            ClusterRuntime cluster = clusters.computeIfAbsent(batch.cluster(), this::found);
            // Taken after the poll: an age may be understated, a lease must not be counted from before it was read.
            Duration now = clocks.now();
            for (LogRecord record : batch.records()) {
                LogEntry entry = cluster.read(record, now);
                reader.accept(batch.cluster(), entry);
                if (record.event() instanceof Decision decision) {
                    listener.decisionRead(batch.cluster(), decision, entry, cluster.isLive());
                }
                if (record.event() instanceof Fact fact) {
                    listener.factRead(batch.cluster(), fact, cluster.isLive());
                }
            }
        }
        clusters.forEach(this::stepIfDue);
        forgetDeleted();
    }

    private ClusterRuntime found(ClusterId id) {
        listener.clusterFound(id);
        return new ClusterRuntime(id, coordinator, calendar, retention);
    }

    /** A cluster whose topic is gone, or was made anew, begins anew. */
    private void forgetDeleted() {
        Duration now = clocks.now();
        if (now.minus(lastForgot).compareTo(FORGET_EVERY) > 0 && logs.isFleetKnown()) {
            lastForgot = now;
            SortedSet<ClusterId> gone = clusters();
            gone.removeAll(logs.clusters());
            clusters.keySet().removeAll(gone);
            gone.forEach(id -> {
                retention.hold(id, Optional.empty());
                listener.clusterGone(id);
            });
        }
    }

    private void stepIfDue(ClusterId id, ClusterRuntime cluster) {
        Duration now = clocks.now();
        if (!cluster.isDue(now) || !logs.isCaughtUp(id)) {
            return;
        }
        try {
            Evidence.Fleet suspects = fleet(now, cluster.isSuspect(now));
            for (ClusterEvent event : cluster.step(now, clocks.wallMillis(), ownership.owns(id), suspects)) {
                logs.append(id, event);
                if (event instanceof Decision decision) {
                    listener.decisionAppended(id, decision, now.minus(cluster.lastRead()));
                }
            }
            cluster.endedSuspicion(now).ifPresent(replaced -> listener.suspicionEnded(id, replaced));
        } catch (RuntimeException e) {
            listener.failed(id, e);
        }
    }

    private Evidence.Fleet fleet(Duration now, boolean needed) {
        Duration age = now.minus(fleetCounted);
        if (age.compareTo(needed ? FLEET_COUNT_HOLDS : FLEET_COUNT_REFRESH) > 0) {
            int suspect = 0;
            int of = 0;
            for (ClusterRuntime cluster : clusters.values()) {
                if (cluster.isCreated()) {
                    of++;
                    suspect += cluster.isSuspect(now) ? 1 : 0;
                }
            }
            fleet = new Evidence.Fleet(suspect, of);
            fleetCounted = now;
        }
        return fleet;
    }

    public Optional<ClusterRuntime> cluster(ClusterId id) {
        return Optional.ofNullable(clusters.get(id));
    }

    public SortedSet<ClusterId> clusters() {
        return new TreeSet<>(clusters.keySet());
    }

    public Optional<Snapshot> snapshot(ClusterId id) {
        return cluster(id).map(c -> c.snapshot(clocks.now(), clocks.wallMillis(), logs.halted(id)));
    }

    /** How long ago anything was read of its log. */
    public Optional<Duration> logAge(ClusterId id) {
        return cluster(id).map(c -> clocks.now().minus(c.lastRead()));
    }

    /** The last count of clusters whose primary is suspect. */
    public Evidence.Fleet fleet() {
        return fleet;
    }

    /** False while it is still reading what the logs held when it was started: it would answer with the past. */
    public boolean isCaughtUp() {
        return logs.isFleetKnown()
                && logs.clusters().stream()
                        .allMatch(id -> logs.isCaughtUp(id) || logs.halted(id).isPresent());
    }

    public boolean isCaughtUp(ClusterId id) {
        return logs.isCaughtUp(id);
    }

    /** Whether this coordinator decides for it at once, and is the one that speaks for it. */
    public boolean owns(ClusterId id) {
        return ownership.owns(id);
    }

    /** Its primary has been silent for longer than it should, or is being replaced. */
    public boolean isSuspect(ClusterId id) {
        return cluster(id).map(c -> c.isSuspectNow(clocks.now())).orElse(false);
    }

    /** Clusters whose log has not been read to its end. */
    public long behind() {
        return clusters.keySet().stream().filter(id -> !logs.isCaughtUp(id)).count();
    }

    /** Clusters whose log has just given back a record of this coordinator's own (S7). */
    public long live() {
        return clusters.keySet().stream()
                .filter(id -> snapshot(id).map(s -> s.evidence().logLive()).orElse(false))
                .count();
    }

    /** Clusters whose log was cut back or exchanged, or cannot be read: nothing is decided for them until a person acts. */
    public long halted() {
        return clusters.keySet().stream()
                .flatMap(id -> snapshot(id).stream())
                .filter(s -> s.halted().isPresent() || s.state().lostDecisions().isPresent())
                .count();
    }

    public long owned() {
        return clusters.keySet().stream().filter(ownership::owns).count();
    }

    public void append(ClusterId cluster, ClusterEvent event) {
        logs.append(cluster, event);
    }
}
