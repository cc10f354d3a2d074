package io.pgprimacy.worker.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;

/** One that PostgreSQL may be writing to. */
record FileOnDisk(FileChannel channel, long size, Set<PosixFilePermission> mode, Instant modified) implements OpenFile {

    /** Throws {@link java.nio.file.NoSuchFileException} where it has vanished. */
    static FileOnDisk open(Path location) throws IOException {
        FileChannel channel = FileChannel.open(location, StandardOpenOption.READ);
        try {
            return new FileOnDisk(
                    channel,
                    channel.size(),
                    Files.getPosixFilePermissions(location),
                    Files.getLastModifiedTime(location).toInstant());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void read(long at, byte[] into, int length) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(into, 0, length);
        int read = 0;
        // Until it is full, or the file has ended earlier than it did when it was opened.
        while (target.hasRemaining() && read >= 0) {
            read = channel.read(target, at + target.position());
        }
        Arrays.fill(into, target.position(), length, (byte) 0);
    }

    @Override
    public boolean canBeReadAgain() {
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
