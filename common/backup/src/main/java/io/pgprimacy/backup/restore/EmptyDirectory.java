package io.pgprimacy.backup.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where something new is written: nothing that lies there is mixed with it or overwritten. */
public final class EmptyDirectory {
    private EmptyDirectory() {}

    /** Throws {@link RestoreRefused} unless it is an empty directory, or not there. */
    public static void require(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        if (!Files.isDirectory(directory)) {
            throw new RestoreRefused(directory + " is not a directory", "name one that is empty, or not there");
        }
        try (Stream<Path> inside = Files.list(directory)) {
            if (inside.findAny().isPresent()) {
                throw new RestoreRefused(directory + " is not empty", "name a directory that is empty, or not there");
            }
        }
    }
}
