package io.pgprimacy.cli;

import io.pgprimacy.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The token that a coordinator is shown, looked for in this order: {@code --token-file}, {@code PGPRIMACY_TOKEN}, the credentials file
 * (lines of {@code URL TOKEN}), the sandbox's own for its own coordinators. A file that others may read is refused, as ssh does.
 */
final class Credentials {
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Map<String, String> environment;
    private final @Nullable Path tokenFile;
    private final Supplier<Optional<Sandbox>> sandbox;

    Credentials(Map<String, String> environment, @Nullable Path tokenFile, Supplier<Optional<Sandbox>> sandbox) {
        this.environment = environment;
        this.tokenFile = tokenFile;
        this.sandbox = sandbox;
    }

    /** @param url of a coordinator, without a path */
    Optional<String> tokenFor(String url) {
        if (tokenFile != null) {
            return Optional.of(secretLines(tokenFile).stream()
                    .findFirst()
                    .orElseThrow(() -> new CliFailure(
                            ExitCode.USAGE, "the token file " + tokenFile + " is empty", "it holds the token alone")));
        }
        String variable = environment.getOrDefault("PGPRIMACY_TOKEN", "").strip();
        if (!variable.isEmpty()) {
            return Optional.of(variable);
        }
        return inCredentialsFile(url)
                .or(() -> sandbox.get()
                        .filter(s -> s.spec().coordinatorUrls().contains(url))
                        .flatMap(Sandbox::operatorToken));
    }

    private Optional<String> inCredentialsFile(String url) {
        Path file = credentialsFile();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        for (String line : secretLines(file)) {
            String[] words = line.split("\\s+");
            if (words.length != 2) {
                throw new CliFailure(
                        ExitCode.USAGE,
                        "the credentials file " + file + " has a line that is not URL TOKEN",
                        "one line for each coordinator, such as: https://coordinator:8080 TOKEN");
            }
            if (words[0].replaceFirst("/$", "").equals(url)) {
                return Optional.of(words[1]);
            }
        }
        return Optional.empty();
    }

    private Path credentialsFile() {
        String named = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path config =
                named.isBlank() ? Path.of(environment.getOrDefault("HOME", "/nonexistent"), ".config") : Path.of(named);
        return config.resolve("pgprimacy").resolve("credentials");
    }

    private static List<String> secretLines(Path file) {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new CliFailure(
                        ExitCode.USAGE, file + " can be read or written by others than its owner", "chmod 600 " + file);
            }
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new CliFailure(
                    ExitCode.USAGE, file + " cannot be read: " + e.getMessage(), "it holds an operator's token", e);
        }
    }
}
