package io.pgprimacy.worker;

import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.worker.backup.BackupPlan;
import io.pgprimacy.worker.backup.BaseBackup;
import io.pgprimacy.worker.backup.Progress;
import io.pgprimacy.worker.postgres.BackupRefused;
import io.pgprimacy.worker.postgres.BackupSession;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes one backup and ends. Reads a properties file, or with {@code -} its standard input, with whose end it ends too ({@link Lifeline});
 * says what happens as JSON lines on its standard output, each with {@code event}:
 * {@code begun}, {@code progress}, and at the end {@code completed} or {@code failed}. Exit codes: 0 the backup exists, 1 it does not, 2
 * wrong use,
 * 3 its standard input has ended.
 */
public final class BackupMain {
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;
    private static final JsonMapper JSON = JsonMapper.shared();
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
        if (arguments.length != 1) {
            System.err.println("usage: pgprimacy-backup-worker BACKUP.PROPERTIES, or - for standard input");
            System.exit(WRONG_USE);
        }
        BackupPlan plan;
        try {
            plan = arguments[0].equals("-") ? readInput() : read(Path.of(arguments[0]));
        } catch (IOException | IllegalArgumentException e) {
            System.err.println(arguments[0] + ": " + e.getMessage());
            System.exit(WRONG_USE);
            return;
        }
        System.exit(run(plan));
    }

    private static int run(BackupPlan plan) {
        BaseBackup backup = new BaseBackup(plan);
        try (ScheduledExecutorService reporter = Executors.newSingleThreadScheduledExecutor()) {
            ScheduledFuture<?> reporting = reporter.scheduleAtFixedRate(
                    () -> say("progress", figures(backup.progress())), 1, 1, TimeUnit.SECONDS);
            BaseBackup.Outcome done = backup.run(id -> say("begun", Map.of("backup", id.value())));
            reporting.cancel(false);
            for (String what : done.leftOut()) {
                say("left-out", Map.of("what", what));
            }
            Map<String, Object> completed = figures(backup.progress());
            Manifest manifest = done.manifest();
            completed.put("backup", manifest.id().value());
            completed.put("type", manifest.type().name().toLowerCase(Locale.ROOT));
            done.whyFull().ifPresent(why -> completed.put("whyFull", why));
            if (manifest.chain().size() > 1) {
                completed.put(
                        "parent",
                        manifest.chain().get(manifest.chain().size() - 2).value());
            }
            completed.put("start", manifest.start().lsn().toString());
            completed.put("startTime", manifest.start().time().toString());
            completed.put("stop", manifest.stop().lsn().toString());
            completed.put("stopTime", manifest.stop().time().toString());
            completed.put("sourceBytes", manifest.totals().bytes());
            completed.put("groups", manifest.groups());
            say("completed", completed);
            return 0;
        } catch (BackupRefused e) {
            say("failed", Map.of("because", String.valueOf(e.getMessage()), "hint", e.hint()));
        } catch (IOException | RuntimeException e) {
            say(
                    "failed",
                    Map.of("because", e.toString(), "hint", "nothing is listed; what was stored is collected later"));
        }
        return FAILED;
    }

    private static Map<String, Object> figures(Progress progress) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("files", progress.files());
        figures.put("bytes", progress.bytes());
        figures.put("stored", progress.stored());
        figures.put("wrongPages", progress.wrongPages());
        return figures;
    }

    private static synchronized void say(String event, Map<String, ?> details) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.putAll(details);
        System.out.println(JSON.writeValueAsString(line));
    }

    private static BackupPlan readInput() throws IOException {
        Lifeline lifeline = new Lifeline(System.in);
        BackupPlan plan = plan(lifeline.settings());
        lifeline.hold();
        return plan;
    }

    private static BackupPlan read(Path file) throws IOException {
        Properties values = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            values.load(reader);
        }
        return plan(values);
    }

    /** A key that is not known is an error, because a misspelt one would silently do nothing. */
    static BackupPlan plan(Properties values) throws IOException {
        Set<String> unknown = new TreeSet<>(values.stringPropertyNames());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("settings that are not known: " + unknown);
        }
        return new BackupPlan(
                BackupType.valueOf(values.getProperty("type", "full").toUpperCase(Locale.ROOT)),
                new ClusterId(required(values, "cluster")),
                new Incarnation(Integer.parseInt(values.getProperty("incarnation", "1"))),
                new NodeId(required(values, "node")),
                new BackupSession.Address(
                        values.getProperty("postgres.host", "127.0.0.1"),
                        Integer.parseInt(values.getProperty("postgres.port", "5432")),
                        values.getProperty("postgres.user", "postgres"),
                        values.getProperty("postgres.password", "")),
                Path.of(required(values, "postgres.data")),
                URI.create(required(values, "storage.url")),
                secret(values, "storage.token").strip(),
                secret(values, "master.keys"),
                Integer.parseInt(values.getProperty("workers", "2")),
                Long.parseLong(values.getProperty("rate", "0")),
                Integer.parseInt(values.getProperty("level", "1")));
    }

    /** The secret itself, or the name of the file that holds it. */
    private static String secret(Properties values, String name) throws IOException {
        String here = values.getProperty(name, "");
        return here.isBlank() ? Files.readString(Path.of(required(values, name + ".file"))) : here;
    }

    private static String required(Properties values, String name) {
        String value = values.getProperty(name, "").strip();
        if (value.isEmpty()) {
            throw new IllegalArgumentException("setting " + name + " is missing");
        }
        return value;
    }
}
