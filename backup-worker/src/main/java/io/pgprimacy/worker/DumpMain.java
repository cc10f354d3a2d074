package io.pgprimacy.worker;

import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.worker.backup.DumpPlan;
import io.pgprimacy.worker.backup.LogicalBackup;
import io.pgprimacy.worker.backup.Progress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        return WorkerProgram.backup(() -> figures(backup.progress()), begun -> completed(backup.run(begun)));
    }

    private static Map<String, Object> completed(DumpManifest manifest) {
        return Map.of(
                "type",
                "logical",
                "backup",
                manifest.id().value(),
                "databases",
                manifest.databases().size(),
                "startTime",
                manifest.began().toString(),
                "stopTime",
                manifest.ended().toString());
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
