package io.pgprimacy.systemtests.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A wall clock for each host that can be set while its processes run, by libfaketime. The kernel has one for the whole machine,
 * and a time namespace moves none that a process already reads. The monotonic clock, by which leases are counted, and
 * {@code /proc/uptime} stay true: here they cannot be moved for one process.
 */
final class Clocks {
    private static final String LIBRARY = "libfaketimeMT.so.1";
    private final Path library;
    private final Path directory;

    private Clocks(Path library, Path directory) {
        this.library = library;
        this.directory = directory;
    }

    static Optional<String> obstacle() {
        return library().isPresent()
                ? Optional.empty()
                : Optional.of("no libfaketime here (Debian: apt-get install libfaketime)");
    }

    static Clocks in(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new Clocks(library().orElseThrow(), directory);
    }

    private static Optional<Path> library() {
        Path debian = Path.of("/usr/lib");
        try (Stream<Path> found = Files.find(debian, 3, (file, attributes) -> file.endsWith("faketime/" + LIBRARY))) {
            return found.findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** For whatever shall run by that host's clock. */
    Map<String, String> environment(String host) {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", file(host).toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                // With its correction of timed waits a JVM's would all end at once.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** Ahead of the true time, or behind it. */
    void set(String host, int seconds) throws IOException {
        // Replaced as a whole: who reads half a number would jump somewhere else.
        Path next = directory.resolve(host + ".new");
        Files.writeString(next, "%+d\n".formatted(seconds));
        Files.move(next, file(host), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(String host) {
        return directory.resolve(host);
    }
}
