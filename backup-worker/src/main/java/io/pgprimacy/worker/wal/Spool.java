package io.pgprimacy.worker.wal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/** {@code pg_wal}, which holds everything that is not stored: PostgreSQL's own list of what it may not recycle yet, and how full its disk is. */
final class Spool {
    private static final String READY = ".ready";
    private static final double WARNING = 0.5;
    private static final double CRITICAL = 0.8;

    private final Path pgWal;

    /** How near the disk is to being full of WAL that cannot go. */
    enum Level {
        OK,
        /** More than half of what there is room for. */
        WARNING,
        /** More than four fifths: PostgreSQL stops when it is full. */
        CRITICAL
    }

    Spool(Path pgWal) {
        this.pgWal = pgWal;
    }

    Path file(String name) {
        return pgWal.resolve(name);
    }

    /** Names that PostgreSQL wants archived, in their order. */
    SortedSet<String> ready() throws IOException {
        SortedSet<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(pgWal.resolve("archive_status"), "*" + READY)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                names.add(name.substring(0, name.length() - READY.length()));
            }
        }
        return names;
    }

    /** Names of all files. */
    SortedSet<String> files() throws IOException {
        SortedSet<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(pgWal)) {
            for (Path file : files) {
                names.add(String.valueOf(file.getFileName()));
            }
        }
        return names;
    }

    long bytes() throws IOException {
        long bytes = 0;
        for (String name : files()) {
            // 0 where it was recycled meanwhile.
            bytes += pgWal.resolve(name).toFile().length();
        }
        return bytes;
    }

    long free() throws IOException {
        return Files.getFileStore(pgWal).getUsableSpace();
    }

    /** @param waiting bytes that are not stored yet */
    static Level level(long waiting, long free) {
        double share = (double) waiting / Math.max(1, waiting + free);
        return share > CRITICAL ? Level.CRITICAL : share > WARNING ? Level.WARNING : Level.OK;
    }
}
