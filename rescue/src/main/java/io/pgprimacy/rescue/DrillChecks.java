package io.pgprimacy.rescue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What is checked of a restored backup, each with what came of it. PostgreSQL runs where nobody can reach it: no TCP, a socket directory that only
 * its user may enter, no archiving, and a {@code pg_hba.conf} of its own.
 */
final class DrillChecks {
    private static final int START_SECONDS = 24 * 3600;
    private static final int LAST_LINES = 5;
    /** Of the socket's name alone: the configuration that was backed up may say another. */
    private static final String PORT = "5432";

    private static final String SEPARATE =
            " -c port=" + PORT + " -c listen_addresses='' -c archive_mode=off -c primary_conninfo=''"
                    + " -c synchronous_standby_names='' -c ssl=off -c logging_collector=off -c autovacuum=off";

    private final Path bin;
    private final Path data;
    private final Path sockets;
    private final Path hba;
    private final Path output;
    private final boolean checksums;
    private final List<String> lines = new ArrayList<>();
    private boolean passed = true;

    DrillChecks(Path bin, Path scratch, Path data, boolean checksums) {
        this.bin = bin;
        this.data = data;
        this.sockets = scratch.resolve("s");
        this.hba = scratch.resolve("pg_hba.conf");
        this.output = scratch.resolve("output");
        this.checksums = checksums;
    }

    /** Nothing has failed. */
    boolean passed() {
        return passed;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** While the files are as they were restored. */
    void beforeStart() throws IOException {
        check("pg_verifybackup", "pg_verifybackup", "-q", data.toString());
    }

    /** False where it does not open. */
    boolean start() throws IOException {
        Files.createDirectory(
                sockets, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(hba, "local all all trust\n");
        String options = SEPARATE + " -c unix_socket_directories='" + sockets.toAbsolutePath() + "' -c hba_file='"
                + hba.toAbsolutePath() + "'";
        String log = data.resolveSibling("log").toString();
        return check(
                "recovery",
                "pg_ctl",
                "start",
                "-w",
                "-s",
                "-t",
                Integer.toString(START_SECONDS),
                "-D",
                data.toString(),
                "-l",
                log,
                "-o",
                options);
    }

    /** Every row of every table is read, and every index is compared with its table. */
    void whileOpen() throws IOException {
        try {
            check(
                    "every row",
                    "pg_dumpall",
                    "-h",
                    sockets.toString(),
                    "-p",
                    PORT,
                    "-U",
                    "postgres",
                    "--no-sync",
                    "-f",
                    "/dev/null");
            if (Files.isExecutable(bin.resolve("pg_amcheck")) && amcheckIsThere()) {
                check(
                        "pg_amcheck",
                        "pg_amcheck",
                        "-h",
                        sockets.toString(),
                        "-p",
                        PORT,
                        "-U",
                        "postgres",
                        "--all",
                        "--install-missing",
                        "--heapallindexed",
                        "--parent-check");
            } else {
                lines.add("pg_amcheck: not checked, the program or the extension amcheck is not installed");
            }
        } finally {
            check("stop", "pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", data.toString());
        }
    }

    /** All pages, also those that nobody has read. */
    void afterStop() throws IOException {
        if (checksums) {
            check("pg_checksums", "pg_checksums", "--check", "-D", data.toString());
        } else {
            lines.add("pg_checksums: not checked, the cluster has no data checksums");
        }
    }

    private boolean amcheckIsThere() throws IOException {
        return run(List.of(
                                bin.resolve("psql").toString(),
                                "-h",
                                sockets.toString(),
                                "-p",
                                PORT,
                                "-U",
                                "postgres",
                                "-d",
                                "template1",
                                "-Atqc",
                                "select 'amcheck is there' from pg_available_extensions where name = 'amcheck'"))
                        == 0
                && Files.readString(output).contains("amcheck is there");
    }

    private boolean check(String name, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(bin.resolve(program).toString()));
        command.addAll(List.of(arguments));
        long begun = System.nanoTime();
        boolean good = run(command) == 0;
        double seconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) / 1000.0;
        passed &= good;
        lines.add("%s: %s, %.1f s%s".formatted(name, good ? "passed" : "FAILED", seconds, good ? "" : "\n" + last()));
        return good;
    }

    private String last() throws IOException {
        List<String> said = Files.readAllLines(output);
        return String.join("\n", said.subList(Math.max(0, said.size() - LAST_LINES), said.size()));
    }

    /** Into a file: what PostgreSQL inherits would keep a pipe open for as long as it runs. */
    private int run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
