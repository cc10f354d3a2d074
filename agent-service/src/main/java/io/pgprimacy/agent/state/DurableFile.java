package io.pgprimacy.agent.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Files that are there in full, or not at all, whenever the machine loses power. */
public final class DurableFile {
    private static final Set<PosixFilePermission> PRIVATE =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private DurableFile() {}

    public static void write(Path file, String content) throws IOException {
        write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes beside it, syncs, renames, syncs the directory. Owner and permissions are those of the file that it
     * replaces, else the directory's owner alone: the agent may be root, but PostgreSQL must be able to read its files.
     */
    public static void write(Path file, byte[] content) throws IOException {
        Path directory = parentOf(file);
        Path next = directory.resolve(file.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            takeOwnership(next, file);
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory(directory);
    }

    /** Removes it for good; true where it was there. */
    public static boolean delete(Path file) throws IOException {
        boolean deleted = Files.deleteIfExists(file);
        if (deleted) {
            syncDirectory(parentOf(file));
        }
        return deleted;
    }

    public static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes names in a directory (creations, renames, removals) durable. */
    public static void syncDirectory(Path directory) throws IOException {
        sync(directory);
    }

    /** Gives a file or directory to whoever owns the directory that it lies in. */
    public static void giveToOwnerOfDirectory(Path file) throws IOException {
        chown(file, Files.readAttributes(parentOf(file), PosixFileAttributes.class));
    }

    /** Gives a file or directory to a user by number, so that no name service is asked. */
    public static void give(Path file, long uid, long gid) throws IOException {
        Files.setAttribute(file, "unix:uid", (int) uid);
        Files.setAttribute(file, "unix:gid", (int) gid);
    }

    private static void takeOwnership(Path next, Path replaced) throws IOException {
        boolean replaces = Files.exists(replaced, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes model =
                Files.readAttributes(replaces ? replaced : parentOf(replaced), PosixFileAttributes.class);
        Files.setPosixFilePermissions(next, replaces ? model.permissions() : PRIVATE);
        chown(next, model);
    }

    private static void chown(Path file, PosixFileAttributes model) throws IOException {
        PosixFileAttributes own = Files.readAttributes(file, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (!own.owner().equals(model.owner())) {
            view.setOwner(model.owner());
        }
        if (!own.group().equals(model.group())) {
            view.setGroup(model.group());
        }
    }

    private static Path parentOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " has no directory");
        }
        return parent;
    }
}
