package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.id.NodeId;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where one instance lives and how the agent reaches it.
 *
 * @param configFile its {@code postgresql.conf}; in the data directory, except on hosts in Debian's layout
 * @param host on which it listens and where the agent connects; pgjdbc speaks no Unix sockets
 * @param stateDirectory the agent's own, on the same file system as the data directory is best: PostgreSQL's output,
 *     saved configuration, discarded WAL
 * @param adminUser a superuser
 * @param walGate empty where pgprimacy does not archive WAL
 */
public record InstanceSettings(
        NodeId node,
        Path dataDirectory,
        Path configFile,
        String host,
        int port,
        Path socketDirectory,
        Path stateDirectory,
        String adminUser,
        Optional<String> adminPassword,
        Optional<WalGate> walGate) {

    /** The usual layout: configuration in the data directory, user {@code postgres} without a password. */
    public static InstanceSettings of(
            NodeId node, Path dataDirectory, String host, int port, Path socketDirectory, Path stateDirectory) {
        return new InstanceSettings(
                node,
                dataDirectory,
                dataDirectory.resolve("postgresql.conf"),
                host,
                port,
                socketDirectory,
                stateDirectory,
                "postgres",
                Optional.empty(),
                Optional.empty());
    }

    public boolean configIsElsewhere() {
        return !configFile.equals(dataDirectory.resolve("postgresql.conf"));
    }

    public Path hbaFile() {
        return configFile.resolveSibling("pg_hba.conf");
    }

    public Path managedFile() {
        return configFile.resolveSibling(ManagedConfig.FILE);
    }

    /** What PostgreSQL prints before and beside its own logging. */
    public Path outputFile() {
        return stateDirectory.resolve("postgresql.log");
    }

    @Override
    public String toString() {
        // Never the password.
        return node + " at " + host + ":" + port + " in " + dataDirectory;
    }
}
