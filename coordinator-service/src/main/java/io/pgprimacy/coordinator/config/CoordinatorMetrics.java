package io.pgprimacy.coordinator.config;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pgprimacy.coordinator.runtime.RuntimeListener;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.explain.Sentences;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.log.Decoded;
import io.pgprimacy.log.LogHalt;
import io.pgprimacy.log.LogListener;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what happens, and writes one line for each decision. */
final class CoordinatorMetrics implements RuntimeListener, LogListener {
    private static final Logger LOG = LoggerFactory.getLogger("io.pgprimacy.coordinator.decisions");

    private final MeterRegistry meters;
    private final Timer latency;
    private final Timer appending;
    private final Counter appendFailures;
    private final Counter readFailures;
    private final Counter ignored;
    private final Counter bugs;

    CoordinatorMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.latency = Timer.builder("pgprimacy.decision.latency")
                .description("From the last record read to the append of the decision that it brought")
                .publishPercentileHistogram(false)
                .publishPercentiles(0.5, 0.99)
                .register(meters);
        this.appending = Timer.builder("pgprimacy.log.append")
                .description("Until the brokers acknowledged a decision or request")
                .publishPercentiles(0.5, 0.99)
                .register(meters);
        this.appendFailures = meters.counter("pgprimacy.log.append.failures");
        this.readFailures = meters.counter("pgprimacy.log.read.failures");
        this.ignored = meters.counter("pgprimacy.decisions.ignored");
        this.bugs = meters.counter("pgprimacy.failures");
    }

    @Override
    public void decisionRead(ClusterId cluster, Decision decision, LogEntry entry, boolean live) {
        if (!live) {
            return;
        }
        entry.ignored().ifPresent(why -> ignored.increment());
        if (entry.counts()) {
            if (decision instanceof Decision.BackupMissed missed) {
                backups(cluster, "missed", missed.instants());
            }
            meters.counter(
                            "pgprimacy.decisions",
                            "rule",
                            decision.basis().rule().name())
                    .increment();
        }
        LOG.info(
                "decision cluster={} term={} rule={} offset={} sequence={} coordinator={} kind={} ignored={} | {} | {}",
                cluster,
                termOf(decision),
                decision.basis().rule(),
                entry.record().offset(),
                decision.basis().sequence(),
                decision.basis().coordinator(),
                Sentences.nameOf(decision),
                entry.ignored().isPresent(),
                Sentences.of(decision),
                entry.ignored().orElse(decision.basis().because()));
    }

    @Override
    public void factRead(ClusterId cluster, Fact fact) {
        switch (fact) {
            case Fact.BackupCompleted f -> backups(cluster, f.isGood() ? "completed" : "suspect", 1);
            case Fact.BackupFailed f -> backups(cluster, "failed", 1);
            default -> {
                // Nothing is counted of the others.
            }
        }
    }

    private void backups(ClusterId cluster, String outcome, int number) {
        meters.counter("pgprimacy.backups", "cluster", cluster.value(), "outcome", outcome)
                .increment(number);
    }

    /** "-" where a decision neither opens nor grants a term. */
    private static String termOf(Decision decision) {
        return switch (decision) {
            case Decision.ClusterCreated d -> Term.NONE.next().toString();
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
        LOG.error("cluster {} could not be stepped; the others go on", cluster, cause);
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
            LOG.warn("append failed cluster={} kind={}: {}", cluster, Sentences.nameOf(event), cause.toString());
        }
    }

    @Override
    public void halted(ClusterId cluster, LogHalt halt) {
        LOG.error("log halted cluster={}: {}", cluster, halt.sentence());
    }

    @Override
    public void skipped(ClusterId cluster, Decoded.Unreadable record) {
        meters.counter("pgprimacy.log.skipped").increment();
    }

    @Override
    public void readFailed(Exception cause) {
        readFailures.increment();
    }
}
