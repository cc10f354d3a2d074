package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.postgres.ManagedConfig;
import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.id.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which member the configured upstream is: PostgreSQL itself only knows its address. Written before the configuration names a new
 * upstream, so that a crash in between leaves a note of a node that is not followed, which the next step mends, never an upstream
 * that counts as another one.
 */
final class UpstreamNote {
    private final Path file;
    private final ManagedConfig config;
    private volatile Optional<NodeId> node;
    private volatile boolean configured;

    UpstreamNote(Path file, ManagedConfig config) {
        this.file = file;
        this.config = config;
        try {
            this.node = Files.exists(file)
                    ? Optional.of(Files.readString(file).strip())
                            .filter(s -> !s.isEmpty())
                            .map(NodeId::new)
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
        refresh();
    }

    void write(Optional<NodeId> next) {
        try {
            DurableFile.write(file, next.map(NodeId::value).orElse("") + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
        node = next;
    }

    /** To be called when the managed configuration has changed. */
    void refresh() {
        configured = !config.read().getOrDefault("primary_conninfo", "").isEmpty();
    }

    Optional<NodeId> node() {
        return configured ? node : Optional.empty();
    }

    boolean isConfigured() {
        return configured;
    }
}
