package io.pgprimacy.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The last words of a process that has failed. */
final class LogTail {
    private static final int BYTES = 4096;
    private static final int LINES = 5;

    private LogTail() {}

    /**
     * Indented, each on a line of its own; empty when there is nothing to read.
     *
     * @param from length of the log before this start: what an earlier process said is not to blame
     */
    static String of(Path log, long from) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(from, file.length() - BYTES);
            file.seek(start);
            byte[] end = new byte[(int) Math.max(0, file.length() - start)];
            file.readFully(end);
            List<String> lines = new String(end, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                    .toList();
            StringBuilder tail = new StringBuilder();
            lines.stream()
                    .skip(Math.max(0, lines.size() - LINES))
                    .forEach(line -> tail.append("\n  ").append(line));
            return tail.toString();
        } catch (IOException e) {
            return "";
        }
    }
}
