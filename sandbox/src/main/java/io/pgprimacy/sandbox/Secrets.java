package io.pgprimacy.sandbox;

import io.pgprimacy.access.Operators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Files for the eyes of their owner alone. What is there already is kept: others know it. */
final class Secrets {
    private static final int BYTES = 32;

    private Secrets() {}

    /** 64 hex digits. */
    static Path random(Path file) throws IOException {
        return keep(file, HexFormat.of().formatHex(bytes()) + "\n");
    }

    /** One operator, as docs/reference/operators.md has it, with a token in a file of its own. */
    static Path operators(Path file, Path tokenFile) throws IOException {
        String token = Files.readString(random(tokenFile)).strip();
        write(file, Operators.line("operator", token) + "\n");
        return file;
    }

    /** As docs/reference/repository-format.md has it. */
    static Path masterKey(Path file) throws IOException {
        return keep(
                file,
                "pgprimacy-master-key:1:"
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes()) + "\n");
    }

    /** Replaces what was there. */
    static void write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        keep(file, text);
    }

    private static Path keep(Path file, String text) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text);
        }
        return file;
    }

    private static byte[] bytes() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return secret;
    }
}
