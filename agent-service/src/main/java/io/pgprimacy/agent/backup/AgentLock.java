package io.pgprimacy.agent.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Held for as long as this process lives, however it ends: by it a worker that has outlived an agent sees that there is one again. The kernel lets
 * go of it with the process, at once after a kill -9 as well, and no clock and no pid have a part in it.
 */
final class AgentLock {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLock.class);

    private AgentLock() {}

    /** Returns at once: a worker that looks whether the lock is free has it for a moment. */
    static void hold(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        // Workers run as PostgreSQL's user, and only look.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Thread.ofPlatform().daemon().name("agent-lock").start(() -> hold(channel));
    }

    private static void hold(FileChannel channel) {
        try (channel;
                FileLock lock = channel.lock()) {
            while (lock.isValid()) {
                LockSupport.park(lock);
            }
        } catch (IOException e) {
            LOG.error("the lock of this agent cannot be held: a backup that outlives it ends after a while", e);
        }
    }
}
