package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.OsUser;
import io.pgprimacy.agent.state.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;

/** Directories that PostgreSQL's programs write into. */
final class OwnedDirectory {
    private OwnedDirectory() {}

    /**
     * For that user alone, because PostgreSQL refuses a data directory that others may read. One that is there is left
     * as it is: /var/run/postgresql, say, is not ours to change.
     */
    static void create(Path directory, Optional<OsUser> owner) throws IOException {
        if (Files.exists(directory)) {
            return;
        }
        Files.createDirectories(
                Objects.requireNonNull(directory.toAbsolutePath().getParent(), "directory is /"));
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (owner.isPresent()) {
            DurableFile.give(directory, owner.get().uid(), owner.get().gid());
        }
    }
}
