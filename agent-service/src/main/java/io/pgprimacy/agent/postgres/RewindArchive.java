package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.postgres.Lsn;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The archive as {@code pg_rewind} asks it: a configuration file with a {@code restore_command}, beside the data directory, since what lies in that and
 * not in the source's is removed. That holds for WAL too, also for what was fetched a moment before; but the rewound standby replays from the last
 * common checkpoint, and its primary may not have that any more either. So each file that is given has a second name, and is put back.
 */
final class RewindArchive implements AutoCloseable {
    private static final Pattern DIVERGED =
            Pattern.compile("servers diverged at WAL location ([0-9A-F]+/[0-9A-F]+) on timeline");
    private static final int TIMELINE_DIGITS = 8;

    private final Path wal;
    private final long segmentBytes;
    private final Path directory;
    private final ArchivedWal.Giving giving;

    private RewindArchive(Path wal, long segmentBytes, Path directory, ArchivedWal.Giving giving) {
        this.wal = wal;
        this.segmentBytes = segmentBytes;
        this.directory = directory;
        this.giving = giving;
    }

    /** Throws {@link PostgresFailure} where the archive cannot be read. */
    static RewindArchive open(PostgresInstance instance, ArchivedWal archive) throws IOException {
        Path data = instance.settings().dataDirectory();
        Path directory = data.resolveSibling(data.getFileName() + ".rewind");
        // Left by an agent that died.
        DirectoryTree.delete(directory);
        OwnedDirectory.create(directory, instance.runner().user());
        ControlData control = instance.controlData();
        ArchivedWal.Giving giving = begin(archive, directory, control);
        RewindArchive opened = new RewindArchive(data.resolve("pg_wal"), control.walSegmentBytes(), directory, giving);
        OwnedDirectory.create(opened.kept(), instance.runner().user());
        DurableFile.write(opened.script(), """
                #!/bin/sh
                # pg_rewind's restore_command. 1: there is no such file. More than 128: there is, and it cannot be given.
                d="%s"
                %s || exit $?
                ln -f "$2" "$d/kept/$1" 2>/dev/null || cp "$2" "$d/kept/$1" || exit 200
                """.formatted(
                directory, giving.restoreCommand().replace("\"%p\"", "\"$2\"").replace("%f", "\"$1\"")));
        DurableFile.write(
                opened.configFile(),
                "include "
                        + ManagedConfig.quote(instance.settings().configFile().toString()) + "\nrestore_command = "
                        + ManagedConfig.quote("sh \"" + opened.script() + "\" \"%f\" \"%p\"") + "\n");
        return opened;
    }

    private static ArchivedWal.Giving begin(ArchivedWal archive, Path directory, ControlData control)
            throws IOException {
        try {
            return archive.give(directory.resolve("spool"), control, control.timeline());
        } catch (PostgresFailure e) {
            DirectoryTree.delete(directory);
            throw e;
        }
    }

    Path configFile() {
        return directory.resolve("postgresql.conf");
    }

    private Path script() {
        return directory.resolve("restore");
    }

    private Path kept() {
        return directory.resolve("kept");
    }

    /**
     * What is common to both, and only that: a segment with WAL of after the divergence would lead the standby away from its primary.
     *
     * @param said by {@code pg_rewind}, which has succeeded
     */
    void putBack(String said) throws IOException {
        Matcher diverged = DIVERGED.matcher(said);
        if (!diverged.find()) {
            return;
        }
        long end = Long.divideUnsigned(Lsn.parse(diverged.group(1)).value(), segmentBytes);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(kept(), "[0-9A-F]*")) {
            for (Path file : files) {
                Path there = wal.resolve(file.getFileName());
                if (number(file).filter(n -> n < end).isPresent() && !Files.exists(there)) {
                    Files.move(file, there);
                    DurableFile.sync(there);
                }
            }
        }
        DurableFile.syncDirectory(wal);
    }

    /** Counted from the beginning of WAL; empty where it is no segment. */
    private Optional<Long> number(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.length() != 3 * TIMELINE_DIGITS) {
            return Optional.empty();
        }
        long log = Long.parseLong(name.substring(TIMELINE_DIGITS, 2 * TIMELINE_DIGITS), 16);
        return Optional.of(log * ((1L << 32) / segmentBytes) + Long.parseLong(name.substring(2 * TIMELINE_DIGITS), 16));
    }

    @Override
    public void close() throws IOException {
        giving.close();
        DirectoryTree.delete(directory);
    }
}
