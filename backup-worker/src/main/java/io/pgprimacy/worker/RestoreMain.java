package io.pgprimacy.worker;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.recovery.RecoveryPlan;
import io.pgprimacy.backup.recovery.RecoveryTarget;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.restore.NodeRestore;
import io.pgprimacy.worker.restore.RestorePlan;
import io.pgprimacy.worker.restore.RestorePlan.Goal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Restores a data directory and ends. Reads a properties file, or with {@code -} its standard input, with whose end it ends too ({@link Lifeline});
 * says what happens as JSON lines on its standard output, each with {@code event}: {@code begun}, {@code progress}, and at the end
 * {@code completed} or {@code failed}. Exit codes: 0 it is there, 1 it is not, 2 wrong use, 3 its standard input has ended.
 */
public final class RestoreMain {
    private static final long PROGRESS_EVERY = 1_000_000_000L;
    private static final Set<String> KNOWN = Set.of(
            "cluster",
            "incarnation",
            "into.cluster",
            "into.incarnation",
            "data",
            "tablespaces.side",
            "storage.url",
            "storage.token",
            "storage.token.file",
            "master.keys",
            "master.keys.file",
            "workers",
            "timeline",
            "until",
            "target",
            "exclusive",
            "backup",
            "postgres.programs",
            "postgres.user");

    private RestoreMain() {}

    public static void main(String[] arguments) {
        System.exit(run(WorkerProgram.plan(
                arguments, "pgprimacy-restore-worker RESTORE.PROPERTIES", KNOWN, RestoreMain::plan)));
    }

    private static int run(RestorePlan plan) {
        try {
            NodeRestore.Outcome done = new NodeRestore(plan, new Reporter()).run();
            Map<String, Object> completed = new LinkedHashMap<>();
            completed.put("backup", done.backup().id().value());
            completed.put("timeline", done.position().timeline().value());
            completed.put("lsn", done.position().lsn().toString());
            done.copied().ifPresent(copied -> {
                completed.put("copiedTimeline", copied.timeline().value());
                completed.put("copiedLsn", copied.lsn().toString());
            });
            completed.put("lastCommit", done.lastCommit().orElse(""));
            completed.put("bytes", done.bytes());
            completed.put("segments", done.segments());
            completed.put("filesMillis", done.filesTook().toMillis());
            completed.put("walMillis", done.walTook().toMillis());
            WorkerProgram.say("completed", completed);
            return 0;
        } catch (RestoreRefused e) {
            WorkerProgram.say("failed", Map.of("because", String.valueOf(e.getMessage()), "hint", e.hint()));
        } catch (IOException | RuntimeException e) {
            WorkerProgram.say(
                    "failed", Map.of("because", String.valueOf(e.getMessage()), "hint", "nothing else was touched"));
        }
        return WorkerProgram.FAILED;
    }

    private static final class Reporter implements NodeRestore.Listener {
        private final AtomicLong reported = new AtomicLong();
        private final AtomicLong bytes = new AtomicLong();
        private volatile String backup = "";
        private volatile long of;

        @Override
        public void begun(RecoveryPlan plan) {
            backup = plan.backup().id().value();
            of = plan.backup().totals().bytes();
            WorkerProgram.say(
                    "begun",
                    Map.of(
                            "backup",
                            plan.backup().id().value(),
                            "bytes",
                            plan.backup().totals().bytes(),
                            "reach",
                            plan.reach().toString()));
        }

        @Override
        public void restored(long done) {
            bytes.accumulateAndGet(done, Math::max);
            nowAndThen("restoring", "");
        }

        @Override
        public void step(String step) {
            say(step, "");
        }

        @Override
        public void replayed(Lsn position) {
            nowAndThen("replaying WAL", position.toString());
        }

        private void nowAndThen(String step, String at) {
            long before = reported.get();
            long now = System.nanoTime();
            if (now - before > PROGRESS_EVERY && reported.compareAndSet(before, now)) {
                say(step, at);
            }
        }

        private void say(String step, String at) {
            WorkerProgram.say(
                    "progress", Map.of("backup", backup, "step", step, "at", at, "bytes", bytes.get(), "of", of));
        }
    }

    static RestorePlan plan(WorkerSettings settings) throws IOException {
        return new RestorePlan(
                new ClusterId(settings.required("cluster")),
                new Incarnation(Integer.parseInt(settings.get("incarnation", "1"))),
                into(settings),
                Path.of(settings.required("data")).toAbsolutePath(),
                Optional.of(settings.get("tablespaces.side", "")).filter(s -> !s.isEmpty()),
                URI.create(settings.required("storage.url")),
                settings.secret("storage.token"),
                settings.secret("master.keys"),
                Integer.parseInt(settings.get("workers", "2")),
                goal(settings),
                Path.of(settings.required("postgres.programs")),
                settings.get("postgres.user", "postgres"));
    }

    private static Optional<WalPlace> into(WorkerSettings settings) {
        String cluster = settings.get("into.cluster", "");
        return cluster.isEmpty()
                ? Optional.empty()
                : Optional.of(new WalPlace(
                        new ClusterId(cluster),
                        new Incarnation(Integer.parseInt(settings.required("into.incarnation")))));
    }

    private static Goal goal(WorkerSettings settings) {
        String target = settings.get("target", "");
        if (target.isEmpty()) {
            return new Goal.Standby(
                    new TimelineId(Long.parseLong(settings.required("timeline"))),
                    Lsn.parse(settings.required("until")));
        }
        return new Goal.Moment(
                RecoveryTarget.parse(target),
                !Boolean.parseBoolean(settings.get("exclusive", "false")),
                Optional.of(settings.get("backup", "")).filter(b -> !b.isEmpty()));
    }
}
