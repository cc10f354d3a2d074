package io.pgprimacy.worker.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.worker.postgres.BackupRefused;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Runs pg_dump and pg_dumpall. They say what they have to say on their standard output, and it goes on from there: nothing is spooled. */
final class DumpProgram {
    /** One that waits behind somebody's lock of a table keeps everybody else waiting behind it. */
    private static final String LOCK_PATIENCE_MILLIS = "600000";

    private static final int CHUNK = 64 * 1024;
    private static final int MOST_COMPLAINTS = 4096;
    private static final String CONFLICT = "conflict with recovery";
    private static final String LOCKED = "lock timeout";

    private final DumpPlan plan;
    private final ExecutorService readers;

    /** Takes what a program says. */
    @FunctionalInterface
    interface Sink {
        void take(byte[] bytes, int length) throws IOException;
    }

    DumpProgram(DumpPlan plan, ExecutorService readers) {
        this.plan = plan;
        this.readers = readers;
    }

    String version() throws IOException {
        StringBuilder said = new StringBuilder();
        run("pg_dump", List.of("--version"), (bytes, length) -> said.append(new String(bytes, 0, length, UTF_8)));
        return said.toString().strip();
    }

    /** Roles, tablespaces and settings of roles. Returns its exit status, which is 0: anything else is thrown. */
    int globals(Sink sink) throws IOException {
        return run("pg_dumpall", connected(List.of("--globals-only")), sink);
    }

    /** In the custom format, and not compressed by itself. */
    int database(String name, Sink sink) throws IOException {
        return run(
                "pg_dump",
                connected(List.of(
                        "--format=custom",
                        "--compress=0",
                        "--lock-wait-timeout=" + LOCK_PATIENCE_MILLIS,
                        "--dbname=" + uri(name))),
                sink);
    }

    private List<String> connected(List<String> arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--no-password",
                "--host=" + plan.postgres().host(),
                "--port=" + plan.postgres().port(),
                "--username=" + plan.postgres().user()));
        all.addAll(arguments);
        return all;
    }

    /**
     * A connection string, for a name with an equals sign would be taken for one; and in ASCII, for a worker whose locale is C, as agents start
     * it, would hand over question marks for everything else. What it leaves out comes from the other arguments.
     */
    static String uri(String database) {
        return "postgresql:///" + URLEncoder.encode(database, UTF_8).replace("+", "%20");
    }

    private int run(String program, List<String> arguments, Sink sink) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(plan.programs().resolve(program).toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        // What the agent's own environment says would decide how the dump is encoded.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("PGAPPNAME", "pgprimacy " + program);
        builder.environment().put("PGCONNECT_TIMEOUT", "30");
        builder.environment().put("PGGSSENCMODE", "disable");
        if (!plan.postgres().password().isEmpty()) {
            builder.environment().put("PGPASSWORD", plan.postgres().password());
        }
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            Future<String> complaints = readers.submit(() -> complaints(process.getErrorStream()));
            try (InputStream said = process.getInputStream()) {
                byte[] chunk = new byte[CHUNK];
                for (int length = said.read(chunk); length >= 0; length = said.read(chunk)) {
                    sink.take(chunk, length);
                }
            }
            int status = process.waitFor();
            if (status != 0) {
                throw refused(program, status, complaints.get());
            }
            return status;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(program + " was interrupted");
        } catch (ExecutionException e) {
            throw new IOException("what " + program + " complained about cannot be read", e.getCause());
        } finally {
            process.destroyForcibly();
        }
    }

    static BackupRefused refused(String program, int status, String complaints) {
        String because =
                program + " ended with exit status " + status + ": " + complaints.replaceAll("\\s*\n\\s*", "; ");
        if (complaints.contains(CONFLICT)) {
            return new BackupRefused(
                    because,
                    "on a standby a long dump is cancelled where replay needs what it looks at: dump the primary (backup"
                            + " --type logical --from PRIMARY), or set parameters.hot_standby_feedback=on or a longer"
                            + " parameters.max_standby_streaming_delay");
        }
        if (complaints.contains(LOCKED)) {
            return new BackupRefused(
                    because, "somebody held a lock of that table for ten minutes; dump again when it is released");
        }
        return new BackupRefused(because, "nothing is listed; what was stored is collected later");
    }

    /** Its last words. */
    private static String complaints(InputStream errors) throws IOException {
        StringBuilder kept = new StringBuilder();
        byte[] chunk = new byte[CHUNK];
        for (int length = errors.read(chunk); length >= 0; length = errors.read(chunk)) {
            kept.append(new String(chunk, 0, length, UTF_8));
            if (kept.length() > MOST_COMPLAINTS) {
                kept.delete(0, kept.length() - MOST_COMPLAINTS);
            }
        }
        return kept.toString().strip();
    }
}
