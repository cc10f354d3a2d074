package io.pgprimacy.backup.restore;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;

/** What PostgreSQL makes in the location of a tablespace: {@code PG_15_202209061}. Anything else there is not PostgreSQL's. */
public final class VersionDirectory {
    private VersionDirectory() {}

    /**
     * The one in that location.
     *
     * @param version as {@code server_version_num} has it
     */
    public static Optional<Path> in(Path location, int version) throws IOException {
        if (!Files.isDirectory(location)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(location, "PG_" + version / 10000 + "_*")) {
            Iterator<Path> first = found.iterator();
            return first.hasNext() ? Optional.of(first.next()) : Optional.empty();
        }
    }
}
