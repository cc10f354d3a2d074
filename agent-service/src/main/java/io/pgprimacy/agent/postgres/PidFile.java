package io.pgprimacy.agent.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code postmaster.pid}, in which the postmaster also says how far it is. */
final class PidFile {
    private static final int STATUS_LINE = 7;

    private final Path file;

    PidFile(Path dataDirectory) {
        this.file = dataDirectory.resolve("postmaster.pid");
    }

    /** True where that postmaster accepts connections, as a primary or as a hot standby. */
    boolean saysReady(long pid) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.size() > STATUS_LINE
                    && lines.getFirst().strip().equals(Long.toString(pid))
                    && lines.get(STATUS_LINE).strip().equals("ready");
        } catch (IOException e) {
            return false;
        }
    }
}
