package io.pgprimacy.backup.drill;

import io.pgprimacy.backup.drill.Check.Result;
import io.pgprimacy.backup.recovery.Programs;
import io.pgprimacy.backup.recovery.ScratchServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What is checked of a restored backup, one after the other; each is told before it begins. */
final class DrillChecks {
    private static final int LAST_LINES = 5;

    /** A page that is marked as all-visible or all-frozen and is not: index-only scans and vacuum believe the mark. */
    private static final String VISIBILITY_MAP = """
            create extension if not exists pg_visibility;
            select c.oid::regclass || ' ' || bad.t_ctid
            from pg_class c, lateral (select * from pg_check_visible(c.oid) union all select * from pg_check_frozen(c.oid)) bad
            where c.relkind in ('r', 'm', 't') and c.relpersistence <> 't' limit 5""";

    private final Programs programs;
    private final Path data;
    private final Path output;
    private final Consumer<String> onStep;
    private final List<Check> checks = new ArrayList<>();

    /** @param output where a program's words go while it runs */
    DrillChecks(Programs programs, Path data, Path output, Consumer<String> onStep) {
        this.programs = programs;
        this.data = data;
        this.output = output;
        this.onStep = onStep;
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    void add(Check check) {
        checks.add(check);
    }

    /** While the files are as they were restored. */
    void beforeStart() throws IOException {
        run("pg_verifybackup", "pg_verifybackup", List.of("-q", data.toString()));
    }

    /** Every row of every table is read, every index is compared with its table, and every page's visibility with its rows'. */
    void whileOpen(ScratchServer server) throws IOException {
        run("every row", "pg_dumpall", with(server, "--no-sync", "-f", "/dev/null"));
        if (!Files.isExecutable(Path.of(programs.path("pg_amcheck"))) || !isAvailable(server, "amcheck")) {
            skip("pg_amcheck", "the program or the extension amcheck is not installed");
        } else {
            run(
                    "pg_amcheck",
                    "pg_amcheck",
                    with(server, "--all", "--install-missing", "--heapallindexed", "--parent-check"));
        }
        if (isAvailable(server, "pg_visibility")) {
            visibilityMap(server);
        } else {
            skip("visibility map", "the extension pg_visibility is not installed");
        }
    }

    /** All pages, also those that nobody has read. */
    void afterStop(boolean checksums) throws IOException {
        if (checksums) {
            run("pg_checksums", "pg_checksums", List.of("--check", "-D", data.toString()));
        } else {
            skip("pg_checksums", "the cluster has no data checksums");
        }
    }

    private void visibilityMap(ScratchServer server) throws IOException {
        onStep.accept("checking: visibility map");
        long begun = System.nanoTime();
        Result result = new Result.Passed();
        Programs.Said databases =
                server.ask("template1", "select datname from pg_database where datallowconn order by datname");
        for (String database : databases.text().lines().toList()) {
            Programs.Said said = server.ask(database, VISIBILITY_MAP);
            String found = said.text().replace("CREATE EXTENSION", "").strip();
            if (!said.succeeded() || !found.isEmpty()) {
                result = new Result.Failed("database " + database + ": " + found);
                break;
            }
        }
        if (!databases.succeeded()) {
            result = new Result.Failed(databases.text().strip());
        }
        checks.add(new Check("visibility map", since(begun), result));
    }

    private static boolean isAvailable(ScratchServer server, String extension) throws IOException {
        Programs.Said said =
                server.ask("template1", "select 1 from pg_available_extensions where name = '" + extension + "'");
        return said.succeeded() && said.text().strip().equals("1");
    }

    private static List<String> with(ScratchServer server, String... arguments) {
        List<String> all = new ArrayList<>(server.connection());
        all.addAll(List.of(arguments));
        return all;
    }

    private void skip(String name, String why) {
        checks.add(new Check(name, Duration.ZERO, new Result.Skipped(why)));
    }

    /** No bound but the caller's: how long a check takes is the size of the cluster. */
    private void run(String name, String program, List<String> arguments) throws IOException {
        onStep.accept("checking: " + name);
        List<String> command = new ArrayList<>(List.of(programs.path(program)));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        long begun = System.nanoTime();
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        try {
            boolean good = process.waitFor() == 0;
            checks.add(new Check(name, since(begun), good ? new Result.Passed() : new Result.Failed(lastLines())));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private String lastLines() throws IOException {
        List<String> said = Files.readAllLines(output);
        return String.join("\n", said.subList(Math.max(0, said.size() - LAST_LINES), said.size()));
    }

    static Duration since(long begun) {
        return Duration.ofMillis((System.nanoTime() - begun) / 1_000_000);
    }
}
