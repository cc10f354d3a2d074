package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.agent.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PostgreSQL's programs on this host.
 *
 * @param majorVersion of the {@code postgres} binary, 15 or newer
 */
public record PostgresInstallation(Path binDirectory, int majorVersion) {
    public static final int OLDEST = 15;

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final Pattern VERSION = Pattern.compile("postgres \\(PostgreSQL\\) (\\d+).*", Pattern.DOTALL);

    /** Asks the {@code postgres} binary in that directory for its version. */
    public static PostgresInstallation at(Path binDirectory) {
        ProcessResult result = ProcessRunner.asSelf()
                .run(List.of(binDirectory.resolve("postgres").toString(), "--version"), BOUND);
        Matcher matcher = VERSION.matcher(result.output());
        if (!matcher.matches()) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.PROGRAM_FAILED,
                    "no PostgreSQL found in " + binDirectory + ": " + result.complaint());
        }
        int major = Integer.parseInt(matcher.group(1));
        if (major < OLDEST) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.NOT_APPLICABLE,
                    "PostgreSQL " + major + " in " + binDirectory + " is too old: " + OLDEST + " or newer is needed");
        }
        return new PostgresInstallation(binDirectory, major);
    }

    /** The newest one where Debian and its kin keep them; empty where there is none that will do. */
    public static Optional<PostgresInstallation> newest() {
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> Files.isExecutable(path.resolve("bin/postgres")))
                    .max(Comparator.comparingInt(
                            path -> Integer.parseInt(path.getFileName().toString())))
                    .map(path -> at(path.resolve("bin")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public String program(String name) {
        return binDirectory.resolve(name).toString();
    }
}
