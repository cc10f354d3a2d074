package io.pgprimacy.backup.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.restore.RestoreRefused;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** PostgreSQL's programs of one version. */
public record Programs(Path directory) {
    private static final long BOUND_SECONDS = 300;

    /** Of a program that has ended; its output and complaints together. */
    public record Said(int exitCode, String text) {
        public boolean succeeded() {
            return exitCode == 0;
        }
    }

    public void requireMajor(int version) throws IOException {
        int major = version / 10000;
        String said = run(Map.of(), "postgres", "--version").text();
        if (!said.matches("(?s).* " + major + "[. ].*")) {
            throw new RestoreRefused(
                    "the backup is of PostgreSQL " + major + ", and " + path("postgres") + " is " + said.strip(),
                    "restore on a host with that version");
        }
    }

    public String path(String program) {
        return directory.resolve(program).toString();
    }

    public Said run(Map<String, String> environment, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(path(program)));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), UTF_8);
            if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(program + " has not ended within " + BOUND_SECONDS + " s");
            }
            return new Said(process.exitValue(), text);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
