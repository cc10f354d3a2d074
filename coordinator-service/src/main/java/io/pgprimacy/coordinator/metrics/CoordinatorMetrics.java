package io.pgprimacy.coordinator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pgprimacy.coordinator.runtime.Clocks;
import io.pgprimacy.coordinator.runtime.FleetRuntime;
import io.pgprimacy.coordinator.runtime.RuntimeListener;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.RecordKey;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.explain.Sentences;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.metric.CoordinatorMetric;
import io.pgprimacy.log.Decoded;
import io.pgprimacy.log.LogHalt;
import io.pgprimacy.log.LogListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what happens, and writes one line for each decision. */
public final class CoordinatorMetrics implements RuntimeListener, LogListener {
    private static final Logger LOG = LoggerFactory.getLogger("io.pgprimacy.coordinator.decisions");

    private static final List<String> BACKUP_OUTCOMES = List.of("completed", "suspect", "failed", "missed");
    private static final List<String> RETENTION_OUTCOMES = List.of("applied", "failed", "missed");
    private static final List<String> DRILL_OUTCOMES = List.of("proven", "not-proven", "failed", "missed");
    private static final String FALSE_ALARM = "false_alarm";
    private static final String REPLACED = "replaced";

    /** Of each cluster that many counted facts are remembered, so that one that is stated again counts once. */
    private static final int STATED_KEPT = 256;

    private final Meters meters;
    private final PrimaryChanges changes;
    private final Timer latency;
    private final Timer appending;
    private final Counter appendFailures;
    private final Counter readFailures;
    private final Counter ignored;
    private final Counter skipped;
    private final Counter bugs;
    private final Map<ClusterId, Set<String>> stated = new HashMap<>();
    private @Nullable ClusterGauges gauges;
    private ToDoubleFunction<ClusterId> archiveAge = _ -> Double.NaN;

    public CoordinatorMetrics(MeterRegistry registry, Clocks clocks) {
        this.meters = new Meters(registry);
        this.changes = new PrimaryChanges(meters, clocks.monotonic());
        this.latency = meters.percentiles(CoordinatorMetric.DECISION_LATENCY);
        this.appending = meters.percentiles(CoordinatorMetric.LOG_APPEND);
        this.appendFailures = meters.counter(CoordinatorMetric.APPEND_FAILURES);
        this.readFailures = meters.counter(CoordinatorMetric.READ_FAILURES);
        this.ignored = meters.counter(CoordinatorMetric.DECISIONS_IGNORED);
        this.skipped = meters.counter(CoordinatorMetric.SKIPPED);
        this.bugs = meters.counter(CoordinatorMetric.FAILURES);
    }

    /** What this fleet and each of its clusters is, from now on; before the first turn of the fleet. */
    public void show(FleetRuntime fleet) {
        ClusterGauges shown = new ClusterGauges(meters, fleet);
        shown.ofFleet();
        gauges = shown;
    }

    /** How old what is not in the object store is, in seconds; before the first turn of the fleet. */
    public void showArchive(ToDoubleFunction<ClusterId> age) {
        archiveAge = age;
    }

    /** Counters begin at nothing: an increase from no series at all is none to Prometheus. */
    @Override
    public void clusterFound(ClusterId cluster) {
        String id = cluster.value();
        BACKUP_OUTCOMES.forEach(outcome -> meters.counter(CoordinatorMetric.BACKUPS, id, outcome));
        DRILL_OUTCOMES.forEach(outcome -> meters.counter(CoordinatorMetric.DRILLS, id, outcome));
        RETENTION_OUTCOMES.forEach(outcome -> meters.counter(CoordinatorMetric.RETENTION, id, outcome));
        for (StopCause cause : StopCause.values()) {
            meters.counter(CoordinatorMetric.PRIMARY_STOPS, id, lower(cause));
        }
        meters.counter(CoordinatorMetric.SUSPICIONS, id, FALSE_ALARM);
        meters.counter(CoordinatorMetric.SUSPICIONS, id, REPLACED);
        meters.counter(CoordinatorMetric.POSSIBLE_LOSS, id);
        meters.counter(CoordinatorMetric.DISCARDED, id);
        meters.gauge(CoordinatorMetric.LOG_ARCHIVE_AGE, () -> archiveAge.applyAsDouble(cluster), id);
        Optional.ofNullable(gauges).ifPresent(g -> g.add(cluster));
    }

    @Override
    public void clusterGone(ClusterId cluster) {
        changes.forget(cluster);
        stated.remove(cluster);
        meters.remove(cluster);
    }

    @Override
    public void decisionRead(ClusterId cluster, Decision decision, LogEntry entry, boolean live) {
        if (!live) {
            return;
        }
        entry.ignored().ifPresent(why -> ignored.increment());
        if (entry.counts()) {
            count(cluster, decision);
            changes.read(cluster, decision);
        }
        LOG.atInfo()
                .addKeyValue("cluster", cluster)
                .addKeyValue("term", termOf(decision))
                .addKeyValue("rule", decision.basis().rule())
                .addKeyValue("offset", entry.record().offset())
                .addKeyValue("operation", decision.basis().answers().orElse("-"))
                .addKeyValue("sequence", decision.basis().sequence())
                .addKeyValue("coordinator", decision.basis().coordinator())
                .addKeyValue("kind", Sentences.nameOf(decision))
                .addKeyValue("ignored", entry.ignored().isPresent())
                .log(
                        "{} | {}",
                        Sentences.of(decision),
                        entry.ignored().orElse(decision.basis().because()));
    }

    private void count(ClusterId cluster, Decision decision) {
        meters.counter(CoordinatorMetric.DECISIONS, decision.basis().rule().name())
                .increment();
        switch (decision) {
            case Decision.BackupMissed d -> backups(cluster, "missed", d.instants());
            case Decision.DrillMissed d -> drills(cluster, "missed", d.instants());
            case Decision.RetentionMissed d -> retention(cluster, "missed", d.instants());
            case Decision.RetentionApplied d -> retention(cluster, "applied", 1);
            case Decision.RetentionFailed d -> retention(cluster, "failed", 1);
            case Decision.PrimaryChosen d ->
                d.possibleLossBytes()
                        .ifPresent(bytes -> meters.counter(CoordinatorMetric.POSSIBLE_LOSS, cluster.value())
                                .increment((double) bytes));
            default -> {
                // Nothing more is counted of the others.
            }
        }
    }

    @Override
    public void factRead(ClusterId cluster, Fact fact, boolean live) {
        if (!isNews(cluster, fact) || !live) {
            return;
        }
        changes.read(cluster, fact);
        switch (fact) {
            case Fact.BackupCompleted f -> backups(cluster, f.isGood() ? "completed" : "suspect", 1);
            case Fact.DumpCompleted f -> backups(cluster, "dumped", 1);
            case Fact.BackupFailed f -> backups(cluster, "failed", 1);
            case Fact.DrillCompleted f -> drills(cluster, "proven", 1);
            case Fact.DrillFailed f -> drills(cluster, f.backup().isPresent() ? "not-proven" : "failed", 1);
            case Fact.PrimaryStopped f ->
                meters.counter(CoordinatorMetric.PRIMARY_STOPS, cluster.value(), lower(f.cause()))
                        .increment();
            case Fact.DiscardedWalSaved f ->
                meters.counter(CoordinatorMetric.DISCARDED, cluster.value()).increment((double) f.bytes());
            default -> {
                // Nothing is counted of the others.
            }
        }
    }

    /** Progress is stated again and again, and nobody counts it. */
    private boolean isNews(ClusterId cluster, Fact fact) {
        if (fact instanceof Fact.BackupProgressed
                || fact instanceof Fact.DrillProgressed
                || fact instanceof Fact.RestoreProgressed) {
            return false;
        }
        Set<String> known = stated.computeIfAbsent(cluster, c -> new LinkedHashSet<>());
        boolean added = known.add(RecordKey.of(fact));
        if (known.size() > STATED_KEPT) {
            known.remove(known.iterator().next());
        }
        return added;
    }

    @Override
    public void suspicionEnded(ClusterId cluster, boolean replaced) {
        meters.counter(CoordinatorMetric.SUSPICIONS, cluster.value(), replaced ? REPLACED : FALSE_ALARM)
                .increment();
    }

    private void backups(ClusterId cluster, String outcome, int number) {
        meters.counter(CoordinatorMetric.BACKUPS, cluster.value(), outcome).increment(number);
    }

    private void drills(ClusterId cluster, String outcome, int number) {
        meters.counter(CoordinatorMetric.DRILLS, cluster.value(), outcome).increment(number);
    }

    private void retention(ClusterId cluster, String outcome, int number) {
        meters.counter(CoordinatorMetric.RETENTION, cluster.value(), outcome).increment(number);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** "-" where a decision neither opens nor grants a term. */
    private static String termOf(Decision decision) {
        return switch (decision) {
            case Decision.ClusterCreated d -> Term.NONE.next().toString();
            case Decision.CreationGivenUp d -> d.term().toString();
            case Decision.FailoverOpened d -> d.term().toString();
            case Decision.RestoreOpened d -> d.term().toString();
            case Decision.FailoverBlocked d -> d.term().toString();
            case Decision.PrimaryChosen d -> d.term().toString();
            case Decision.SwitchoverStarted d -> d.term().toString();
            case Decision.PrimaryStopOrdered d -> d.term().toString();
            default -> "-";
        };
    }

    @Override
    public void decisionAppended(ClusterId cluster, Decision decision, Duration after) {
        latency.record(after);
    }

    @Override
    public void failed(ClusterId cluster, RuntimeException cause) {
        bugs.increment();
        LOG.atError()
                .addKeyValue("cluster", cluster)
                .setCause(cause)
                .log("the cluster could not be stepped; the others go on");
    }

    @Override
    public void appended(ClusterId cluster, ClusterEvent event, Duration took) {
        if (!(event instanceof Heartbeat)) {
            appending.record(took);
        }
    }

    @Override
    public void appendFailed(ClusterId cluster, ClusterEvent event, Exception cause) {
        appendFailures.increment();
        if (!(event instanceof Heartbeat)) {
            LOG.atWarn()
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("kind", Sentences.nameOf(event))
                    .log("append failed: {}", cause.toString());
        }
    }

    @Override
    public void halted(ClusterId cluster, LogHalt halt) {
        LOG.atError().addKeyValue("cluster", cluster).log("log halted: {}", halt.sentence());
    }

    @Override
    public void skipped(ClusterId cluster, Decoded.Unreadable record) {
        skipped.increment();
    }

    @Override
    public void readFailed(Exception cause) {
        readFailures.increment();
    }
}
