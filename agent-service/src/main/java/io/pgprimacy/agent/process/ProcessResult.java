package io.pgprimacy.agent.process;

import java.time.Duration;
import java.util.List;

/**
 * How a program ended.
 *
 * @param exitCode the program's; meaningless where {@code timedOut}
 * @param output standard output, at most its last 256 KiB
 * @param errors standard error, likewise
 */
public record ProcessResult(int exitCode, boolean timedOut, String output, String errors, Duration took) {

    public boolean succeeded() {
        return !timedOut && exitCode == 0;
    }

    /** What to tell people about a failure: from the program's last "error:" or "fatal:" on, else all that it said. */
    public String complaint() {
        if (timedOut) {
            return "did not end within " + took.toMillis() + " ms";
        }
        String said = errors.isBlank() ? output.strip() : errors.strip();
        return said.isEmpty() ? "exit code " + exitCode : fromLastError(said);
    }

    /** PostgreSQL's programs print {@code NAME: error: ...}, then detail and hint, after lines of progress. */
    private static String fromLastError(String said) {
        List<String> lines = said.lines().toList();
        for (int i = lines.size() - 1; i > 0; i--) {
            if (lines.get(i).contains(": error: ") || lines.get(i).contains(": fatal: ")) {
                return String.join("\n", lines.subList(i, lines.size()));
            }
        }
        return said;
    }
}
