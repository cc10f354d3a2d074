package io.pgprimacy.worker;

import io.pgprimacy.backup.drill.Check;
import io.pgprimacy.backup.drill.Check.Result;
import io.pgprimacy.backup.drill.Drill;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.recovery.Programs;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.worker.restore.DrillPlan;
import io.pgprimacy.worker.restore.NodeDrill;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Carries out one drill and ends. Reads a properties file, or with {@code -} its standard input, with whose end it ends too ({@link Lifeline});
 * says what happens as JSON lines on its standard output, each with {@code event}: {@code begun}, {@code progress}, and at the end
 * {@code completed} or {@code failed}, which names the backup where something was wrong with it. Exit codes: 0 the backup is proven, 1 it is not,
 * 2 wrong use, 3 its standard input has ended.
 */
public final class DrillMain {
    private static final long PROGRESS_EVERY = 1_000_000_000L;
    private static final Set<String> KNOWN = Set.of(
            "cluster",
            "incarnation",
            "scratch",
            "storage.url",
            "storage.token",
            "storage.token.file",
            "master.keys",
            "master.keys.file",
            "workers",
            "backup",
            "postgres.programs",
            "postgres.user");

    private DrillMain() {}

    public static void main(String[] arguments) {
        System.exit(
                run(WorkerProgram.plan(arguments, "pgprimacy-drill-worker DRILL.PROPERTIES", KNOWN, DrillMain::plan)));
    }

    private static int run(DrillPlan plan) {
        try {
            NodeDrill.Outcome done = new NodeDrill(plan, new Reporter()).run();
            if (done.drill().hasPassed()) {
                WorkerProgram.say("completed", completed(done));
                return 0;
            }
            fail(
                    done.drill().failures(),
                    "look at the backup: pgprimacy verify-repository; take a new one",
                    done.backup());
        } catch (RestoreRefused e) {
            fail(String.valueOf(e.getMessage()), e.hint(), "");
        } catch (IOException | RuntimeException e) {
            fail(String.valueOf(e.getMessage()), "nothing else was touched", "");
        }
        return WorkerProgram.FAILED;
    }

    private static void fail(String because, String hint, String backup) {
        WorkerProgram.say("failed", Map.of("because", because, "hint", hint, "backup", backup));
    }

    private static Map<String, Object> completed(NodeDrill.Outcome done) {
        Map<String, Object> completed = new LinkedHashMap<>();
        completed.put("backup", done.backup());
        completed.put("restoredMillis", done.drill().restored().toMillis());
        completed.put("recoveredMillis", done.drill().recovered().toMillis());
        completed.put("bytes", done.drill().bytes());
        completed.put("at", Instant.now().toString());
        List<Map<String, Object>> checks =
                done.drill().checks().stream().map(DrillMain::check).toList();
        completed.put("checks", checks);
        return completed;
    }

    private static Map<String, Object> check(Check check) {
        return Map.of(
                "name",
                check.name(),
                "millis",
                check.took().toMillis(),
                "skipped",
                check.result() instanceof Result.Skipped skipped ? skipped.why() : "");
    }

    private static final class Reporter implements NodeDrill.Listener {
        private String step = "";
        private long bytes;
        private long reported;

        @Override
        public void begun(String backup, long ofBytes) {
            WorkerProgram.say("begun", Map.of("backup", backup, "bytes", ofBytes));
        }

        @Override
        public synchronized void step(String next) {
            step = next;
            say();
        }

        @Override
        public synchronized void restored(long now) {
            bytes = now;
            if (System.nanoTime() - reported > PROGRESS_EVERY) {
                say();
            }
        }

        private void say() {
            reported = System.nanoTime();
            WorkerProgram.say("progress", Map.of("step", step, "bytes", bytes));
        }
    }

    static DrillPlan plan(WorkerSettings settings) throws IOException {
        return new DrillPlan(
                new ClusterId(settings.required("cluster")),
                new Incarnation(Integer.parseInt(settings.get("incarnation", "1"))),
                Optional.of(settings.get("backup", "")).filter(b -> !b.isEmpty()),
                URI.create(settings.required("storage.url")),
                settings.secret("storage.token"),
                settings.secret("master.keys"),
                new Drill.Settings(
                        Path.of(settings.required("scratch")),
                        new Programs(Path.of(settings.required("postgres.programs"))),
                        settings.get("postgres.user", "postgres"),
                        Integer.parseInt(settings.get("workers", "2"))));
    }
}
