package io.pgprimacy.agent.guard;

import io.pgprimacy.agent.process.OsUser;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * @param runtimeDirectory on a tmpfs: what is in it must not survive a reboot, and must not wait for a disk
 * @param watchdog a kernel watchdog such as {@code /dev/watchdog}, petted while the deadline lies ahead
 */
public record GuardSettings(Path runtimeDirectory, Path dataDirectory, Optional<Path> watchdog) {

    public static GuardSettings of(ClusterId cluster, NodeId node, Path dataDirectory) {
        return new GuardSettings(defaultRuntimeDirectory(cluster, node), dataDirectory, Optional.empty());
    }

    /** Under /run for root where that is a tmpfs (in containers it often is not), else under /dev/shm. */
    public static Path defaultRuntimeDirectory(ClusterId cluster, NodeId node) {
        String name = cluster + "-" + node;
        return OsUser.selfIsRoot() && isTmpfs(Path.of("/run"))
                ? Path.of("/run/pgprimacy", name)
                : Path.of("/dev/shm/pgprimacy-" + uid(), name);
    }

    private static boolean isTmpfs(Path directory) {
        try {
            return Files.getFileStore(directory).type().equals("tmpfs");
        } catch (IOException e) {
            return false;
        }
    }

    private static Object uid() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            return System.getProperty("user.name");
        }
    }
}
