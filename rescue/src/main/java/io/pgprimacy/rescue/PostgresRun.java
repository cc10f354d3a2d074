package io.pgprimacy.rescue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.restore.RestoreRefused;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One PostgreSQL that recovers, and what its log says of it. */
final class PostgresRun {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration START_BOUND = Duration.ofSeconds(30);
    /** The words that tell are looked for in the log, so it has to be in English, and in this file. */
    private static final String LOGGING =
            " -c logging_collector=off -c log_destination=stderr -c lc_messages=C -c log_min_messages=warning";

    private final Path programs;
    private final Path data;
    private final Path log;
    private final String options;
    private int begun;

    PostgresRun(Path programs, Path data, String options) {
        this.programs = programs;
        this.data = data.toAbsolutePath();
        this.log = Path.of(this.data + ".recovery.log");
        this.options = options;
    }

    /** Throws {@link RestoreRefused} unless they are there, and of that major version. */
    static Path programs(Optional<Path> named, int major) throws IOException {
        Path directory = named.orElse(Path.of("/usr/lib/postgresql/" + major + "/bin"));
        Path program = directory.resolve("pg_ctl");
        String version = Files.isExecutable(program) ? output(List.of(program.toString(), "--version")) : "not there";
        if (!version.matches("(?s).* " + major + "[. ].*")) {
            throw new RestoreRefused(
                    "the backup is of PostgreSQL " + major + ", and " + program + " is " + version.strip(),
                    "name the directory of that version's programs with --pg-bin");
        }
        return directory;
    }

    Path log() {
        return log;
    }

    /** What an earlier run has logged is not looked at any more. */
    void start() throws IOException {
        begun = Files.exists(log) ? Files.readAllLines(log).size() : 0;
        String said = output(List.of(
                programs.resolve("pg_ctl").toString(),
                "start",
                "-W",
                "-s",
                "-D",
                data.toString(),
                "-l",
                log.toString(),
                "-o",
                options + LOGGING));
        if (!said.isBlank()) {
            System.err.println(said.strip());
        }
    }

    /** True once it has recovered and accepts writes; false where it has ended instead. */
    boolean await() throws IOException {
        // The postmaster may not have written its file yet.
        long asked = System.nanoTime();
        while (System.nanoTime() - asked < START_BOUND.toNanos() && !Files.exists(pidFile()) && !hasEnded()) {
            pause();
        }
        // In the postmaster's own file a hot standby is as ready as a primary, so the log is asked.
        while (Files.exists(pidFile()) && !isOpen()) {
            pause();
        }
        return isOpen();
    }

    /** What the last line of this run's log says that matches; its group. */
    Optional<String> said(String pattern) throws IOException {
        Optional<String> last = Optional.empty();
        if (!Files.exists(log)) {
            return last;
        }
        Pattern compiled = Pattern.compile(pattern);
        for (String line : Files.readAllLines(log).stream().skip(begun).toList()) {
            Matcher matcher = compiled.matcher(line);
            last = matcher.find() ? Optional.of(matcher.group(1)) : last;
        }
        return last;
    }

    /** Of this run's log; none where it has not logged anything. */
    String lastLines(int most) throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join(
                "\n", lines.subList(Math.max(Math.min(begun, lines.size()), lines.size() - most), lines.size()));
    }

    private boolean isOpen() throws IOException {
        return said("(database system is ready to accept connections)").isPresent();
    }

    private boolean hasEnded() throws IOException {
        return said("(database system is shut down)").isPresent();
    }

    private Path pidFile() {
        return data.resolve("postmaster.pid");
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private static String output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        return output;
    }
}
