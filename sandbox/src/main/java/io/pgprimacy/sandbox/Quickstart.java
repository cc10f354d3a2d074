package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Half of what a JVM does while it starts is to find, check and link classes. A JVM can keep the result in an archive (class data
 * sharing) and map it at the next start. An archive belongs to jars of one size, time and order on the class path; the JVM
 * ignores one that does not fit, or is not there, and starts as always.
 *
 * @param archive where it is kept from one sandbox to the next
 */
record Quickstart(Path archive) {
    /** A JVM makes a new one only where there is none: for a build that was replaced it would go on without. */
    void forgetIfOlderThan(Collection<Path> jars) throws IOException {
        if (!Files.exists(archive)) {
            return;
        }
        FileTime made = Files.getLastModifiedTime(archive);
        for (Path jar : jars) {
            if (Files.getLastModifiedTime(jar).compareTo(made) > 0) {
                Files.deleteIfExists(archive);
                return;
            }
        }
    }

    /**
     * Uses the archive.
     *
     * @param records whether this JVM makes one when it ends, if there was none; that takes it some seconds, so one of each kind is
     *     enough
     */
    List<String> flags(boolean records) {
        List<String> flags = new ArrayList<>();
        flags.add("-XX:SharedArchiveFile=" + archive);
        if (records) {
            flags.add("-XX:+AutoCreateSharedArchive");
        }
        // An archive that does not fit is no news, and the logs belong to the programs.
        flags.addAll(List.of("-Xlog:cds*=off", "-Xlog:aot*=off"));
        return flags;
    }
}
