package io.pgprimacy.worker;

import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.worker.backup.DumpPlan;
import io.pgprimacy.worker.backup.LogicalBackup;
import io.pgprimacy.worker.backup.Progress;
import io.pgprimacy.worker.postgres.BackupRefused;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** Takes one logical backup and ends. Settings, lines and exit codes as of {@link BackupMain}; {@code databases} is a JSON array of names. */
public final class DumpMain {
    private static final Set<String> KNOWN = Set.of(
            "cluster",
            "incarnation",
            "node",
            "databases",
            "postgres.host",
            "postgres.port",
            "postgres.user",
            "postgres.password",
            "postgres.data",
            "postgres.programs",
            "storage.url",
            "storage.token",
            "storage.token.file",
            "master.keys",
            "master.keys.file",
            "rate",
            "level");

    private DumpMain() {}

    public static void main(String[] arguments) {
        System.exit(run(WorkerProgram.plan(arguments, "pgprimacy-dump-worker DUMP.PROPERTIES", KNOWN, DumpMain::plan)));
    }

    private static int run(DumpPlan plan) {
        LogicalBackup backup = new LogicalBackup(plan);
        try (ScheduledExecutorService reporter = Executors.newSingleThreadScheduledExecutor()) {
            ScheduledFuture<?> reporting = reporter.scheduleAtFixedRate(
                    () -> WorkerProgram.say("progress", figures(backup.progress())), 1, 1, TimeUnit.SECONDS);
            DumpManifest manifest = backup.run(id -> WorkerProgram.say("begun", Map.of("backup", id.value())));
            reporting.cancel(false);
            Map<String, Object> completed = figures(backup.progress());
            completed.put("type", "logical");
            completed.put("backup", manifest.id().value());
            completed.put("databases", manifest.databases().size());
            completed.put("startTime", manifest.began().toString());
            completed.put("stopTime", manifest.ended().toString());
            WorkerProgram.say("completed", completed);
            return 0;
        } catch (BackupRefused e) {
            WorkerProgram.say("failed", Map.of("because", String.valueOf(e.getMessage()), "hint", e.hint()));
        } catch (IOException | RuntimeException e) {
            WorkerProgram.say(
                    "failed",
                    Map.of("because", e.toString(), "hint", "nothing is listed; what was stored is collected later"));
        }
        return WorkerProgram.FAILED;
    }

    private static Map<String, Object> figures(Progress progress) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("files", progress.files());
        figures.put("bytes", progress.bytes());
        figures.put("stored", progress.stored());
        return figures;
    }

    static DumpPlan plan(WorkerSettings settings) throws IOException {
        return new DumpPlan(
                new ClusterId(settings.required("cluster")),
                new Incarnation(Integer.parseInt(settings.get("incarnation", "1"))),
                new NodeId(settings.required("node")),
                List.of(JsonMapper.shared().readValue(settings.get("databases", "[]"), String[].class)),
                settings.postgres(),
                Path.of(settings.required("postgres.programs")),
                URI.create(settings.required("storage.url")),
                settings.secret("storage.token"),
                settings.secret("master.keys"),
                Long.parseLong(settings.get("rate", "0")),
                Integer.parseInt(settings.get("level", "1")));
    }
}
