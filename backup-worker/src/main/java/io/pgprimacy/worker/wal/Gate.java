package io.pgprimacy.worker.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What PostgreSQL's {@code archive_command} asks: a script, and a marker for each file that is stored. PostgreSQL recycles nothing before its
 * command has succeeded. Markers need not survive a crash: who has not got one asks again, and the keeper finds the file in the archive.
 */
final class Gate {
    private static final String SCRIPT = "archived";
    private static final String STORED = "stored";
    private static final String AWAY = "store-away";
    private static final String KEEPER = "keeper";

    private final Path directory;

    /** @param directory must need no quoting, for it becomes part of a setting and of a shell script */
    Gate(Path directory) {
        this.directory = directory.toAbsolutePath();
        if (!this.directory.toString().matches("[A-Za-z0-9_./-]+")) {
            throw new IllegalArgumentException(
                    "the gate's directory may have letters, digits and _ . / - in its name: " + this.directory);
        }
    }

    /** To be PostgreSQL's {@code archive_command}. */
    String command() {
        return "sh " + directory.resolve(SCRIPT) + " %f";
    }

    /** Writes the script, and takes away what an earlier keeper left. */
    void prepare() throws IOException {
        Files.createDirectories(
                directory.resolve(STORED),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        keepOnly(Set.of());
        storeIsAway(false);
        write(KEEPER, ProcessHandle.current().pid() + "\n");
        write(SCRIPT, """
                #!/bin/sh
                # PostgreSQL's archive_command: is the file stored? The WAL keeper makes a marker once the store has acknowledged it.
                # 1: not yet, PostgreSQL asks again. Waits a second, but never while waiting is in vain: a shutdown waits for this.
                n=0
                until test -e %1$s/stored/"$1"; do
                    test $n -lt 20 && ! test -e %1$s/store-away && kill -0 "$(cat %1$s/keeper)" 2>/dev/null || exit 1
                    n=$((n + 1))
                    sleep 0.05
                done
                """.formatted(directory));
    }

    void open(String file) throws IOException {
        Path marker = directory.resolve(STORED).resolve(file);
        if (!Files.exists(marker)) {
            Files.createFile(marker);
        }
    }

    /** Takes away the markers of files that PostgreSQL does not ask for any more. */
    void keepOnly(Set<String> asked) throws IOException {
        try (Stream<Path> markers = Files.list(directory.resolve(STORED))) {
            for (Path marker : markers.toList()) {
                if (!asked.contains(String.valueOf(marker.getFileName()))) {
                    Files.deleteIfExists(marker);
                }
            }
        }
    }

    void storeIsAway(boolean away) throws IOException {
        if (away) {
            write(AWAY, "");
        } else {
            Files.deleteIfExists(directory.resolve(AWAY));
        }
    }

    private void write(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Path draft = Files.writeString(directory.resolve(name + ".new"), content);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
