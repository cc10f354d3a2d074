package io.pgprimacy.systemtests.backup;

import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.Host;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A disk of its own for each host of a sandbox, which all of them see at the same path, as hosts of their own would: each host's processes are started in a
 * mount namespace. Tablespaces need that, because a standby makes them at the primary's path.
 */
final class HostDisks {
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final SandboxUnderTest sandbox;
    private final List<String> hosts;

    private HostDisks(SandboxUnderTest sandbox, List<String> hosts) {
        this.sandbox = sandbox;
        this.hosts = hosts;
    }

    /** Only root can mount. */
    static boolean canBeMade() {
        return System.getProperty("user.name").equals("root")
                && Command.run(BOUND, Map.of(), Path.of("/"), List.of("unshare", "--mount", "true"))
                                .exitCode()
                        == 0;
    }

    /** All hosts of the sandbox lose their power, and come back with the disks. */
    static HostDisks plugInto(SandboxUnderTest sandbox, List<String> hosts) {
        HostDisks disks = new HostDisks(sandbox, hosts);
        try {
            disks.make(disks.mountPoint(), hosts.getFirst());
            for (String host : hosts) {
                disks.make(disks.of(host), host);
                disks.rewriteStart(host);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hosts.forEach(host -> Host.of(sandbox, host).losePower());
        hosts.forEach(sandbox::startHost);
        sandbox.waitHealthy();
        return disks;
    }

    /** An empty directory on each of the disks; returns its path, as the hosts see it. */
    Path directory(String name) {
        try {
            for (String host : hosts) {
                make(of(host).resolve(name), host);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return mountPoint().resolve(name);
    }

    /** What the host sees at that path. */
    Path on(String host, Path seen) {
        return of(host).resolve(mountPoint().relativize(seen));
    }

    /** Where tablespaces of that host's data hold what is not served. */
    List<Path> sides(String host) {
        try (Stream<Path> all = Files.walk(of(host), 2)) {
            return all.filter(p -> p.getFileName().toString().startsWith("pgprimacy."))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path of(String host) {
        return sandbox.directory().resolve("disks").resolve(host);
    }

    private Path mountPoint() {
        return sandbox.directory().resolve("disk");
    }

    private void make(Path directory, String owner) throws IOException {
        Files.createDirectories(directory.getParent());
        Files.setPosixFilePermissions(directory.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(directory);
        PosixFileAttributes postgres = Files.readAttributes(
                sandbox.directory().resolve("hosts").resolve(owner).resolve("data"), PosixFileAttributes.class);
        PosixFileAttributeView view =
                Files.getFileAttributeView(directory, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setOwner(postgres.owner());
        view.setGroup(postgres.group());
    }

    private void rewriteStart(String host) throws IOException {
        Path script = sandbox.directory().resolve("hosts").resolve(host).resolve("start");
        String before = Files.readString(script);
        String mounted =
                "    exec unshare --mount -- bash -c 'mount --bind \"$1\" \"$2\" && shift 2 && exec \"$@\"' bash '"
                        + of(host) + "' '" + mountPoint() + "' '";
        String after = before.replace("    exec '", mounted);
        if (after.equals(before)) {
            throw new IllegalStateException("nothing to rewrite in " + before);
        }
        Files.writeString(script, after);
    }
}
