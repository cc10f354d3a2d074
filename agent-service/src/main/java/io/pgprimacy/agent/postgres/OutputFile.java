package io.pgprimacy.agent.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The file that takes what PostgreSQL prints. */
final class OutputFile {
    private static final long ROTATED_AT_BYTES = 16L << 20;
    private static final int TAIL_BYTES = 4096;

    private final Path file;

    OutputFile(Path file) {
        this.file = file;
    }

    /** Between two runs only: a running PostgreSQL would go on writing to the old one. */
    void rotate() {
        try {
            if (size() > ROTATED_AT_BYTES) {
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, file + " cannot be rotated", e);
        }
    }

    long size() {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** The end of what was printed since the file had that size. */
    String tail(long since) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long from = Math.max(since, channel.size() - TAIL_BYTES);
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(0, channel.size() - from));
            channel.read(buffer, from);
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "it printed nothing that could be read from " + file;
        }
    }
}
