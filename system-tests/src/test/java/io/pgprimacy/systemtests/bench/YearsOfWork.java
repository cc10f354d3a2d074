package io.pgprimacy.systemtests.bench;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Evidence.Heard;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RetentionOutcome;
import io.pgprimacy.core.explain.History;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What a cluster's log keeps of years: compaction leaves decisions, requests and facts. A day has a backup every six hours, one of a person's, and
 * retention at night; a week has a drill. No order names an instant of a schedule, since the cluster has none: its coordinator would work on it.
 */
final class YearsOfWork {
    private static final int BACKUPS_A_DAY = 4;
    private static final int DRILL_EVERY_DAYS = 7;
    private static final Retention POLICY = new Retention(0, Duration.ofDays(14), 14, 8, 12);
    private static final long BYTES = 40L << 30;

    private final NodeId node;
    private final BiConsumer<String, ClusterEvent> log;
    private ClusterState state;
    private Instant now = Instant.parse("2020-01-01T00:00:00Z");
    private String full = "";
    private long written;

    /**
     * @param state of a cluster at rest
     * @param log takes each event with the id of its record
     */
    YearsOfWork(ClusterState state, NodeId node, BiConsumer<String, ClusterEvent> log) {
        this.state = state;
        this.node = node;
        this.log = log;
    }

    /** Records. */
    long write(int days) {
        for (int day = 0; day < days; day++) {
            for (int i = 0; i < BACKUPS_A_DAY; i++) {
                now = now.plus(Duration.ofDays(1).dividedBy(BACKUPS_A_DAY));
                backup(i == 0 ? BackupType.FULL : BackupType.INCREMENTAL, Optional.empty());
            }
            String asked = "backup-" + day;
            append(new Request.BackupRequested(
                    asked, new Request.Origin("ada", "before the release"), BackupType.INCREMENTAL, Optional.empty()));
            backup(BackupType.INCREMENTAL, Optional.of(asked));
            retention();
            if (day % DRILL_EVERY_DAYS == 0) {
                drill();
            }
        }
        return written;
    }

    private void backup(BackupType type, Optional<String> asked) {
        append(new Decision.BackupOrdered(
                basis(
                        asked.isPresent() ? RuleId.K1 : RuleId.K4,
                        "backup is taken of %s, which streams and has replayed most: %s"
                                .formatted(node, new Lsn(BYTES + written)),
                        asked),
                node,
                type,
                Optional.empty()));
        long ordered = state.sequence();
        String backup = now.toString().replaceAll("[-:]", "") + "-" + ordered;
        append(new Fact.BackupStarted(node, ordered, backup));
        append(new Fact.BackupProgressed(node, ordered, 4_000, BYTES, BYTES / 3, Duration.ofMinutes(5)));
        Optional<String> parent = type == BackupType.FULL ? Optional.empty() : Optional.of(full);
        append(new Fact.BackupCompleted(
                node,
                ordered,
                backup,
                type,
                parent,
                Optional.empty(),
                new Fact.BackupCompleted.Point(new Lsn(BYTES + written), now),
                new Fact.BackupCompleted.Point(new Lsn(BYTES + written + 8_192), now.plusSeconds(300)),
                4_012,
                BYTES,
                BYTES / 3,
                0,
                List.of()));
        full = type == BackupType.FULL ? backup : full;
    }

    private void retention() {
        append(new Decision.RetentionOrdered(
                basis(RuleId.K13, "retention is applied as scheduled for " + now, Optional.empty()),
                POLICY,
                Optional.empty()));
        SortedMap<String, String> marked = new TreeMap<>();
        marked.put(full, "no rule keeps it");
        append(new Decision.RetentionApplied(
                basis(RuleId.K15, "1 marked, 1 removed; WAL: 3000 objects marked, 3000 removed", Optional.empty()),
                state.sequence(),
                new RetentionOutcome(
                        marked,
                        List.of(),
                        List.of(),
                        List.of(full),
                        new RetentionOutcome.Amount(3_000, BYTES),
                        new RetentionOutcome.Amount(3_000, BYTES))));
    }

    private void drill() {
        append(new Decision.DrillOrdered(
                basis(
                        RuleId.K9,
                        "a drill is due by the schedule, on the standby that has replayed most",
                        Optional.empty()),
                node,
                Optional.empty(),
                Optional.empty()));
        long ordered = state.sequence();
        append(new Fact.DrillStarted(node, ordered, full, BYTES));
        append(new Fact.DrillProgressed(node, ordered, "recovering", BYTES, Duration.ofMinutes(9)));
        append(new Fact.DrillCompleted(
                node,
                ordered,
                full,
                Duration.ofMinutes(7),
                Duration.ofMinutes(2),
                BYTES,
                List.of(new Fact.DrillCompleted.Check("pg_amcheck", Duration.ofMinutes(3), Optional.empty())),
                now));
    }

    private void append(ClusterEvent event) {
        String id = "years-" + written++;
        LogRecord record = new LogRecord(state.offset() + 1, id, "bench", now.toEpochMilli(), event);
        state = state.evolve(record);
        History.ignoredBy(state, record).ifPresent(why -> {
            throw new IllegalStateException("the log of a real cluster has no such record: " + why + ": " + event);
        });
        log.accept(id, event);
    }

    private Basis basis(RuleId rule, String because, Optional<String> answers) {
        SortedMap<NodeId, Heard> heard = new TreeMap<>();
        state.nodes().keySet().forEach(n -> heard.put(n, new Heard(Duration.ofMillis(212), Optional.empty())));
        Evidence evidence = new Evidence(
                state.offset(),
                now.toEpochMilli(),
                true,
                Duration.ofHours(70),
                heard,
                Duration.ZERO,
                Evidence.Fleet.ALONE,
                Optional.empty(),
                Optional.empty());
        return new Basis(state.sequence() + 1, "coordinator1", rule, because, answers, evidence);
    }
}
