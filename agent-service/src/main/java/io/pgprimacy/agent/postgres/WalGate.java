package io.pgprimacy.agent.postgres;

import java.nio.file.Path;

/**
 * Where the WAL keeper's gate lies: the script that PostgreSQL asks whether a segment is stored, and its answers. Throws
 * {@link IllegalArgumentException} on a directory that would need quoting: it becomes part of a setting and of a shell script.
 */
public record WalGate(Path directory) {
    public WalGate {
        if (!directory.toString().matches("/[A-Za-z0-9_./-]+")) {
            throw new IllegalArgumentException("a WAL archive's directory has letters, digits and _ . / - in its name: "
                    + directory + " has others");
        }
    }

    /** As the WAL keeper asks for it; it refuses to run with another one. */
    String archiveCommand() {
        return "sh " + directory.resolve("archived") + " %f";
    }
}
