package io.pgprimacy.worker;

import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.worker.backup.BackupPlan;
import io.pgprimacy.worker.backup.BaseBackup;
import io.pgprimacy.worker.backup.Progress;
import io.pgprimacy.worker.backup.SourceChoice;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Takes one backup and ends. Reads a properties file, or with {@code -} its standard input, with whose end it ends too ({@link Lifeline});
 * says what happens as JSON lines on its standard output, each with {@code event}:
 * {@code begun}, {@code streamed} where PostgreSQL sends the files, {@code progress}, and at the end {@code completed} or {@code failed}. Exit codes: 0 the backup exists, 1 it does not, 2
 * wrong use,
 * 3 its standard input has ended.
 */
public final class BackupMain {
    private static final Set<String> KNOWN = Set.of(
            "type",
            "cluster",
            "incarnation",
            "node",
            "postgres.host",
            "postgres.port",
            "postgres.user",
            "postgres.password",
            "postgres.data",
            "source",
            "storage.url",
            "storage.token",
            "storage.token.file",
            "master.keys",
            "master.keys.file",
            "workers",
            "rate",
            "level");

    private BackupMain() {}

    public static void main(String[] arguments) {
        System.exit(run(
                WorkerProgram.plan(arguments, "pgprimacy-backup-worker BACKUP.PROPERTIES", KNOWN, BackupMain::plan)));
    }

    private static int run(BackupPlan plan) {
        BaseBackup backup = new BaseBackup(plan, why -> WorkerProgram.say("streamed", Map.of("because", why)));
        return WorkerProgram.backup(() -> figures(backup.progress()), begun -> {
            BaseBackup.Outcome done = backup.run(begun);
            for (String what : done.leftOut()) {
                WorkerProgram.say("left-out", Map.of("what", what));
            }
            return completed(done);
        });
    }

    private static Map<String, Object> completed(BaseBackup.Outcome done) {
        Manifest manifest = done.manifest();
        Map<String, Object> completed = new LinkedHashMap<>();
        completed.put("backup", manifest.id().value());
        completed.put("type", manifest.type().name().toLowerCase(Locale.ROOT));
        done.whyFull().ifPresent(why -> completed.put("whyFull", why));
        if (manifest.chain().size() > 1) {
            completed.put(
                    "parent", manifest.chain().get(manifest.chain().size() - 2).value());
        }
        completed.put("start", manifest.start().lsn().toString());
        completed.put("startTime", manifest.start().time().toString());
        completed.put("stop", manifest.stop().lsn().toString());
        completed.put("stopTime", manifest.stop().time().toString());
        completed.put("sourceBytes", manifest.totals().bytes());
        completed.put("groups", manifest.groups());
        return completed;
    }

    private static Map<String, Object> figures(Progress progress) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("files", progress.files());
        figures.put("bytes", progress.bytes());
        figures.put("stored", progress.stored());
        figures.put("wrongPages", progress.wrongPages());
        return figures;
    }

    static BackupPlan plan(WorkerSettings settings) throws IOException {
        return new BackupPlan(
                BackupType.valueOf(settings.get("type", "full").toUpperCase(Locale.ROOT)),
                new ClusterId(settings.required("cluster")),
                new Incarnation(Integer.parseInt(settings.get("incarnation", "1"))),
                new NodeId(settings.required("node")),
                settings.postgres(),
                SourceChoice.valueOf(settings.get("source", "auto").toUpperCase(Locale.ROOT)),
                Path.of(settings.required("postgres.data")),
                URI.create(settings.required("storage.url")),
                settings.secret("storage.token"),
                settings.secret("master.keys"),
                Integer.parseInt(settings.get("workers", "2")),
                Long.parseLong(settings.get("rate", "0")),
                Integer.parseInt(settings.get("level", "1")));
    }
}
