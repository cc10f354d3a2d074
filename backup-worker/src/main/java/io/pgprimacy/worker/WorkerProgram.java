package io.pgprimacy.worker;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.worker.postgres.BackupRefused;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** What the worker's programs have in common: one argument, exit codes, and JSON lines on standard output. */
final class WorkerProgram {
    static final int FAILED = 1;
    private static final int WRONG_USE = 2;
    /** Agents start it in the locale C, in which nothing but ASCII comes through. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private WorkerProgram() {}

    /** Makes a plan of settings. */
    @FunctionalInterface
    interface Planner<P> {
        P plan(WorkerSettings settings) throws IOException;
    }

    /** Ends the process where it was not called as it wants to be. */
    static <P> P plan(String[] arguments, String usage, Set<String> known, Planner<P> planner) {
        if (arguments.length != 1) {
            throw wrongUse("usage: " + usage + ", or - for standard input");
        }
        try {
            return planner.plan(WorkerSettings.read(arguments[0], known));
        } catch (IOException | IllegalArgumentException e) {
            throw wrongUse(arguments[0] + ": " + e.getMessage());
        }
    }

    /** Takes a backup; what it returns is said of one that is complete. */
    @FunctionalInterface
    interface Taking {
        Map<String, Object> take(Consumer<BackupId> begun) throws IOException;
    }

    /** Says every second how far it is, and at the end what has become of it. Returns the exit code. */
    static int backup(Supplier<Map<String, Object>> figures, Taking backup) {
        try (ScheduledExecutorService reporter = Executors.newSingleThreadScheduledExecutor()) {
            ScheduledFuture<?> reporting =
                    reporter.scheduleAtFixedRate(() -> say("progress", figures.get()), 1, 1, TimeUnit.SECONDS);
            Map<String, Object> done = backup.take(id -> say("begun", Map.of("backup", id.value())));
            reporting.cancel(false);
            Map<String, Object> completed = new LinkedHashMap<>(figures.get());
            completed.putAll(done);
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

    private static IllegalStateException wrongUse(String complaint) {
        System.err.println(complaint);
        System.exit(WRONG_USE);
        return new IllegalStateException(complaint);
    }

    static synchronized void say(String event, Map<String, ?> details) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.putAll(details);
        System.out.println(JSON.writeValueAsString(line));
    }
}
