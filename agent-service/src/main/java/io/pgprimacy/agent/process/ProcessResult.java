package io.pgprimacy.agent.process;

import java.time.Duration;

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

    /** What to tell people about a failure: the last thing that the program said. */
    public String complaint() {
        if (timedOut) {
            return "did not end within " + took.toMillis() + " ms";
        }
        String said = errors.isBlank() ? output.strip() : errors.strip();
        return said.isEmpty() ? "exit code " + exitCode : said;
    }
}
