package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.systemtests.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A disk of its own for each database host: a file system in a file, mounted where the sandbox keeps everything of that host, its
 * agent's state included. So it can be filled, stalled and throttled without a neighbour noticing.
 */
final class Disks implements AutoCloseable {
    private static final long BYTES = 3L << 30;
    private static final String FILL = "filled-by-chaos";
    private static final Duration COMMAND_BOUND = Duration.ofSeconds(60);
    /** Of cgroup v1: the only one whose limits can be set here without moving processes. */
    private static final Path THROTTLE = Path.of("/sys/fs/cgroup/blkio/blkio.throttle.write_iops_device");

    private final Path images;
    private final Map<String, Path> mounts = new LinkedHashMap<>();

    private Disks(Path images) {
        this.images = images;
    }

    static Optional<String> obstacle() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("mounting disks needs root");
        }
        return run("sh", "-c", "command -v mkfs.ext4 fsfreeze losetup && test -e /dev/loop-control")
                                .exitCode()
                        == 0
                ? Optional.empty()
                : Optional.of("mkfs.ext4, fsfreeze, losetup or /dev/loop-control is missing");
    }

    static Disks in(Path images) throws IOException {
        Files.createDirectories(images);
        return new Disks(images);
    }

    void mount(String host, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path image = images.resolve(host + ".img");
        require("truncate", "-s", Long.toString(BYTES), image.toString());
        require("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        require("mount", "-o", "loop", image.toString(), directory.toString());
        mounts.put(host, directory);
    }

    /** Leaves no byte free; the sandbox's processes run as root in part, which ext4's reserve would favour. */
    void fill(String host) throws IOException {
        Path directory = mount(host);
        Path file = directory.resolve(FILL);
        long free = Files.getFileStore(directory).getUsableSpace();
        run("fallocate", "-l", Long.toString(free), file.toString());
        run("dd", "if=/dev/zero", "of=" + file, "bs=4096", "oflag=append", "conv=notrunc", "status=none");
    }

    void free(String host) throws IOException {
        Files.deleteIfExists(mount(host).resolve(FILL));
    }

    void stall(String host) {
        require("fsfreeze", "--freeze", mount(host).toString());
    }

    void resume(String host) {
        run("fsfreeze", "--unfreeze", mount(host).toString());
    }

    boolean canThrottle() {
        return Files.isWritable(THROTTLE);
    }

    /** 0 takes the limit away. */
    void throttle(String host, int writesPerSecond) throws IOException {
        String device = run("findmnt", "-n", "-o", "MAJ:MIN", mount(host).toString())
                .expectSuccess()
                .out()
                .strip();
        Files.writeString(THROTTLE, device + " " + writesPerSecond + "\n");
    }

    private Path mount(String host) {
        Path directory = mounts.get(host);
        if (directory == null) {
            throw new IllegalArgumentException("no disk of " + host);
        }
        return directory;
    }

    /** Nothing may be running from them any more. */
    @Override
    public void close() {
        for (Path directory : new ArrayList<>(mounts.values())) {
            unmount(directory);
        }
        mounts.clear();
    }

    static void unmount(Path directory) {
        run("fsfreeze", "--unfreeze", directory.toString());
        if (run("umount", directory.toString()).exitCode() != 0) {
            // A process that is about to end may still hold it.
            run("umount", "--lazy", directory.toString());
        }
    }

    private static Command.Result run(String... command) {
        return Command.run(COMMAND_BOUND, Map.of(), Path.of("/"), List.of(command));
    }

    private static void require(String... command) {
        run(command).expectSuccess();
    }
}
