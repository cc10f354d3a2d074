package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The files of one timeline in {@code pg_wal}.
 *
 * @param bytes length of each
 */
record WalSegments(Path directory, TimelineId timeline, long bytes) {
    static WalSegments of(PostgresInstance instance, TimelineId timeline, long bytes) {
        return new WalSegments(instance.settings().dataDirectory().resolve("pg_wal"), timeline, bytes);
    }

    /** Number of the segment that holds the byte at that place. */
    long numberAt(Lsn place) {
        return Long.divideUnsigned(place.value(), bytes);
    }

    String name(long number) {
        long perLogFile = (1L << 32) / bytes;
        return String.format(Locale.ROOT, "%08X%08X%08X", timeline.value(), number / perLogFile, number % perLogFile);
    }

    Path file(long number) {
        return directory.resolve(name(number));
    }

    /** Number of the last one that is there without a gap before it; below {@code first} where that is not there itself. */
    long lastFrom(long first) {
        long last = first - 1;
        while (Files.exists(file(last + 1))) {
            last++;
        }
        return last;
    }
}
