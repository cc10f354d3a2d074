package io.pgprimacy.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares with a committed file; {@code -Dgolden.accept=true} rewrites it. */
public final class Golden {
    private Golden() {}

    /** {@code file} is relative to the module's src/test/resources. */
    public static void matches(String file, String actual) {
        compare(Path.of("src/test/resources").resolve(file), actual);
    }

    /** {@code file} is relative to the repository's root. */
    public static void documents(String file, String actual) {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("dev"))) {
            root = root.getParent();
        }
        compare(root.resolve(file), actual);
    }

    private static void compare(Path file, String actual) {
        try {
            if (Boolean.getBoolean("golden.accept")) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertThat(file).as("run ./dev golden --accept and read the diff").exists();
            assertThat(actual).as("%s; ./dev golden --accept rewrites it", file).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
