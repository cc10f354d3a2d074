package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.OsUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a drill restores to; nothing that is in it is ever needed again. */
public final class ScratchDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ScratchDirectory.class);
    /** A PostgreSQL whose starter was killed is still writing for a moment. */
    private static final int ATTEMPTS = 20;

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Path path;
    private final Optional<OsUser> owner;

    /** @param owner whom PostgreSQL runs as; empty: this process's own user */
    public ScratchDirectory(Path path, Optional<OsUser> owner) {
        this.path = path.toAbsolutePath();
        this.owner = owner;
    }

    /** Empty, and for that user alone. Throws where an earlier drill's is still there; that it goes is seen to. */
    public Path prepare() {
        if (Files.exists(path)) {
            removeSoon();
            throw new IllegalStateException(path + " is still there from an earlier drill; it is being removed");
        }
        try {
            OwnedDirectory.create(path, owner);
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be made", e);
        }
    }

    /** Returns at once. */
    public void removeSoon() {
        Thread.ofPlatform().daemon().name("drill-scratch").start(this::remove);
    }

    /** Takes its time with a large one. What cannot be removed now is tried again before the next drill. */
    public synchronized void remove() {
        IOException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                DirectoryTree.delete(path);
                return;
            } catch (IOException e) {
                last = e;
                if (!pause()) {
                    break;
                }
            }
        }
        LOG.warn("what a drill left in {} cannot be removed", path, last);
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
