package io.pgprimacy.backup.recovery;

import io.pgprimacy.backup.restore.VersionDirectory;
import io.pgprimacy.backup.wal.TablespaceRecords;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps replay from writing into files of others. Replay of CREATE TABLESPACE has its link lead to the location that the record names, wherever the
 * tablespaces of this data are, and uses the directory that it finds there: on a host where that location is in use, somebody's live one.
 */
public final class ReplayedTablespaces {
    private final Path links;
    private final int version;

    /**
     * @param data where WAL is to be replayed
     * @param version as {@code server_version_num} has it
     */
    public ReplayedTablespaces(Path data, int version) {
        this.links = data.resolve("pg_tblspc");
        this.version = version;
    }

    /** Throws where that segment must not be replayed here. */
    public void check(byte[] segment) throws IOException {
        for (String named : TablespaceRecords.locations(segment)) {
            Path location = Path.of(named);
            Optional<Path> there = VersionDirectory.in(location, version);
            if (there.isPresent() && !isOurs(location)) {
                throw new IOException(
                        "the WAL makes a tablespace in " + location + ", where " + there.get()
                                + " is of something else: move that away, or recover from a backup that was begun later, or on another host");
            }
        }
    }

    private boolean isOurs(Path location) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(links, Files::isSymbolicLink)) {
            for (Path link : all) {
                if (Files.readSymbolicLink(link).equals(location)) {
                    return true;
                }
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        return false;
    }
}
