package io.pgprimacy.agent.backup;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Backups. */
record BackupTrade(NodeId node) implements Trade<BackupOrder> {
    /** Nothing read and nothing stored for that long. The worker itself gives up on the store after minutes. */
    private static final Duration STUCK_AFTER = Duration.ofMinutes(15);

    @Override
    public String name() {
        return "backup";
    }

    @Override
    public Duration stuckAfter() {
        return STUCK_AFTER;
    }

    @Override
    public Fact started(WorkerLine line, long ordered) {
        return new Fact.BackupStarted(node, ordered, line.text("backup"));
    }

    @Override
    public Fact progressed(WorkerLine line, long ordered, Duration took) {
        return new Fact.BackupProgressed(
                node, ordered, line.number("files"), line.number("bytes"), line.number("stored"), took);
    }

    @Override
    public Fact completed(WorkerLine line, long ordered, List<String> leftOut) {
        BackupType type = BackupType.valueOf(line.text("type").toUpperCase(Locale.ROOT));
        return type.isPhysical() ? backup(line, ordered, type, leftOut) : dump(line, ordered);
    }

    private Fact dump(WorkerLine line, long ordered) {
        return new Fact.DumpCompleted(
                node,
                ordered,
                line.text("backup"),
                Math.toIntExact(line.number("databases")),
                line.number("bytes"),
                line.number("stored"),
                Instant.parse(line.text("startTime")),
                Instant.parse(line.text("stopTime")));
    }

    private Fact backup(WorkerLine line, long ordered, BackupType type, List<String> leftOut) {
        return new Fact.BackupCompleted(
                node,
                ordered,
                line.text("backup"),
                type,
                line.optional("parent"),
                line.optional("whyFull"),
                point(line, "start", "startTime"),
                point(line, "stop", "stopTime"),
                line.number("files"),
                line.number("sourceBytes"),
                line.number("stored"),
                line.number("wrongPages"),
                leftOut);
    }

    @Override
    public Fact failed(WorkerLine line, long ordered) {
        return failed(ordered, line.because());
    }

    @Override
    public Fact failed(long ordered, String reason) {
        return new Fact.BackupFailed(node, ordered, reason);
    }

    /** A backup that failed has left something in the store alone, where it is collected. */
    @Override
    public void cleanUp() {}

    private static Fact.BackupCompleted.Point point(WorkerLine line, String lsn, String time) {
        return new Fact.BackupCompleted.Point(Lsn.parse(line.text(lsn)), Instant.parse(line.text(time)));
    }
}
