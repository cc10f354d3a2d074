package io.pgprimacy.systemtests.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Up to where one timeline's WAL lies in the bucket without a gap, by the names in the S3 endpoint's directory. */
final class StoredEnd {
    private static final long SEGMENT = 16L << 20;
    private static final Pattern SLICE = Pattern.compile("([0-9a-f]{8})-([0-9a-f]{8})");

    private final Path timeline;
    /** Number of the first segment that has not been seen whole. */
    private long next = -1;

    StoredEnd(Path timeline) {
        this.timeline = timeline;
    }

    /** In bytes from the beginning of WAL. */
    long look() {
        try {
            if (next < 0) {
                next = first();
            }
            while (Files.exists(timeline.resolve("segments").resolve(name(next)))) {
                next++;
            }
            long covered = 0;
            for (long[] slice : slices(timeline.resolve("slices").resolve(name(next)))) {
                if (slice[0] <= covered) {
                    covered = Math.max(covered, slice[1]);
                }
            }
            return next * SEGMENT + covered;
        } catch (IOException | UncheckedIOException e) {
            // What was being written or removed meanwhile is there, or gone, at the next look.
            return 0;
        }
    }

    private long first() throws IOException {
        try (Stream<Path> kinds = Files.list(timeline)) {
            return kinds.filter(Files::isDirectory)
                    .flatMap(StoredEnd::list)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.length() == 24)
                    .mapToLong(name ->
                            Long.parseLong(name.substring(8, 16), 16) << 8 | Long.parseLong(name.substring(16), 16))
                    .min()
                    .orElseThrow(() -> new IOException("nothing is stored yet"));
        }
    }

    private static Stream<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<long[]> slices(Path directory) {
        return Files.isDirectory(directory)
                ? list(directory)
                        .map(file -> SLICE.matcher(file.getFileName().toString()))
                        .filter(Matcher::matches)
                        .map(m -> new long[] {Long.parseLong(m.group(1), 16), Long.parseLong(m.group(2), 16)})
                        .sorted((a, b) -> Long.compare(a[0], b[0]))
                        .toList()
                : List.of();
    }

    private static String name(long number) {
        return "00000001%08X%08X".formatted(number >> 8, number & 0xff);
    }
}
