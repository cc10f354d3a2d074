package io.pgprimacy.agent.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What {@code /proc} says. Processes vanish while one looks, so everything here is optional. */
public final class ProcFs {
    private static final Path PROC = Path.of("/proc");

    private ProcFs() {}

    public static Optional<ProcStat> stat(long pid) {
        return read(pid, "stat").map(ProcStat::parse);
    }

    /** The process as long as it lives; zombies do not. */
    public static Optional<ProcessIdentity> alive(long pid) {
        return stat(pid).filter(stat -> !stat.isDead()).map(ProcStat::identity);
    }

    /** The title that PostgreSQL gives its processes, e.g. {@code postgres: n1: walreceiver streaming 0/3000148}. */
    public static Optional<String> title(long pid) {
        return read(pid, "cmdline").map(text -> text.replace('\0', ' ').trim());
    }

    /**
     * True where the process works in that directory. Compared by inode: the path may have been renamed or reached
     * through a link. False for zombies and where the kernel does not let us look.
     */
    public static boolean worksIn(long pid, Path directory) {
        try {
            return Files.isSameFile(PROC.resolve(Long.toString(pid)).resolve("cwd"), directory);
        } catch (IOException | SecurityException e) {
            return false;
        }
    }

    public static LongStream pids() {
        String[] names = new File("/proc").list();
        return names == null
                ? LongStream.empty()
                : Stream.of(names)
                        .filter(name -> Character.isDigit(name.charAt(0)))
                        .mapToLong(Long::parseLong);
    }

    private static Optional<String> read(long pid, String file) {
        try {
            byte[] bytes = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve(file));
            // ISO-8859-1 maps every byte: a title may hold anything.
            return bytes.length == 0 ? Optional.empty() : Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
