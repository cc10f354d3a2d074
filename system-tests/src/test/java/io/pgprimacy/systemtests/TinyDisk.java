package io.pgprimacy.systemtests;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A small tmpfs in the place of a directory, which can be filled to the last byte. Only root can mount one. */
final class TinyDisk implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final Path directory;
    private final Path aside;

    /** Nobody may be using the directory; what is in it is kept. */
    TinyDisk(Path directory, String size) {
        this.directory = directory;
        this.aside = directory.resolveSibling(directory.getFileName() + ".aside");
        shell("mv \"$1\" \"$2\" && mkdir \"$1\" && mount -t tmpfs -o size=" + size + " tiny \"$1\""
                + " && cp -a --sparse=always \"$2/.\" \"$1\"");
    }

    static boolean canBeMade() {
        return System.getProperty("user.name").equals("root")
                && Command.run(BOUND, Map.of(), Path.of("/"), List.of("unshare", "--mount", "true"))
                                .exitCode()
                        == 0;
    }

    void fill() {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            // No space left on device.
        }
    }

    void empty() {
        try {
            Files.deleteIfExists(filler());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path filler() {
        return directory.resolve("filler");
    }

    /** Nobody may be using the directory; what is in it now stays, on the disk where it was before. */
    @Override
    public void close() {
        shell(
                "rm -rf \"$2\" && cp -a --sparse=always \"$1\" \"$2\" && umount \"$1\" && rmdir \"$1\" && mv \"$2\" \"$1\"");
    }

    private void shell(String script) {
        Command.run(
                        BOUND,
                        Map.of(),
                        Path.of("/"),
                        List.of("/bin/sh", "-ec", script, "tiny-disk", directory.toString(), aside.toString()))
                .expectSuccess();
    }
}
