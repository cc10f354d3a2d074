package io.pgprimacy.systemtests.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Whole segments of WAL in a repository of either kind, as the S3 endpoint's directory shows them. */
record StoredWal(Path directory) {
    /** The name of a segment, with whatever a repository puts behind it. */
    private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}([-.].*)?");

    long count() {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file ->
                            SEGMENT.matcher(file.getFileName().toString()).matches())
                    .count();
        } catch (IOException | UncheckedIOException e) {
            // A file that was being written has got its name meanwhile.
            return 0;
        }
    }

    void await(long segments) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> count() >= segments);
    }
}
