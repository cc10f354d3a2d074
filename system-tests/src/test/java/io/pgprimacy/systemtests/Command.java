package io.pgprimacy.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program run to its end within a bound, as a script would run it. */
public final class Command {
    /** What a script sees of it. */
    public record Result(List<String> command, int exitCode, String out, String err) {
        public Result expectSuccess() {
            if (exitCode != 0) {
                throw new AssertionError(this);
            }
            return this;
        }

        @Override
        public String toString() {
            return String.join(" ", command) + " ended with " + exitCode + "\nstdout: " + out + "\nstderr: " + err;
        }
    }

    private Command() {}

    public static Result run(Duration bound, Map<String, String> environment, Path directory, List<String> command) {
        try {
            // Files, not pipes: a process that the command leaves behind may hold a pipe open for ever.
            Path out = Files.createTempFile("pgprimacy-out", ".txt");
            Path err = Files.createTempFile("pgprimacy-err", ".txt");
            try {
                return run(bound, environment, directory, command, out, err);
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Result run(
            Duration bound, Map<String, String> environment, Path directory, List<String> command, Path out, Path err)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        builder.redirectInput(Path.of("/dev/null").toFile());
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        Process process = builder.start();
        try {
            if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(String.join(" ", command) + " has not ended within " + bound + "\nstdout: "
                        + text(out) + "\nstderr: " + text(err));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return new Result(command, process.exitValue(), text(out), text(err));
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
