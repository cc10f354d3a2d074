package io.pgprimacy.backup.drill;

import java.time.Duration;

/** One thing that was checked of a restored backup, and what came of it. */
public record Check(String name, Duration took, Result result) {
    public sealed interface Result {
        record Passed() implements Result {}

        record Failed(String why) implements Result {}

        /** It could not be made on this host, or has nothing to check in this cluster. */
        record Skipped(String why) implements Result {}
    }

    public boolean hasFailed() {
        return result instanceof Result.Failed;
    }

    /** "pg_amcheck: passed, 3.2 s". */
    public String sentence() {
        return switch (result) {
            case Result.Passed _ -> "%s: passed, %.1f s".formatted(name, took.toMillis() / 1000.0);
            case Result.Failed failed ->
                "%s: FAILED, %.1f s\n%s".formatted(name, took.toMillis() / 1000.0, failed.why());
            case Result.Skipped skipped -> name + ": not checked, " + skipped.why();
        };
    }
}
