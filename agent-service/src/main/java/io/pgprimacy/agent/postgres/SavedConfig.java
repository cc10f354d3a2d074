package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.state.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * This node's own configuration files, kept while {@code pg_rewind} or a base backup replaces the data directory's
 * content by another node's. Kept on disk, since the agent may die in between.
 */
final class SavedConfig {
    private static final List<String> FILES =
            List.of("postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf", ManagedConfig.FILE);

    private final Path directory;

    SavedConfig(InstanceSettings settings) {
        this.directory = settings.stateDirectory().resolve("saved-config");
    }

    /** What was saved earlier and not yet discarded stays: the files may be another node's by now. */
    void save(Path dataDirectory) throws IOException {
        if (Files.exists(directory)) {
            return;
        }
        Path next = directory.resolveSibling("saved-config.next");
        Files.createDirectories(next);
        for (String name : FILES) {
            Path file = dataDirectory.resolve(name);
            if (Files.exists(file)) {
                DurableFile.write(next.resolve(name), Files.readAllBytes(file));
            }
        }
        Files.move(next, directory);
        DurableFile.syncDirectory(directory.resolveSibling("."));
    }

    void restoreTo(Path dataDirectory) throws IOException {
        for (String name : FILES) {
            Path saved = directory.resolve(name);
            if (Files.exists(saved)) {
                DurableFile.write(dataDirectory.resolve(name), Files.readAllBytes(saved));
            }
        }
    }

    void discard() throws IOException {
        DirectoryTree.delete(directory);
    }
}
