package io.pgprimacy.worker.source;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Set;

/** A file of the backup while it is read. What is said of it, its length too, is of the moment at which it was opened. */
public interface OpenFile extends Closeable {
    long size();

    Set<PosixFilePermission> mode();

    Instant modified();

    /**
     * Fills the first {@code length} bytes of {@code into}, with zeros where the file has become shorter meanwhile.
     *
     * @param at in the file; where nothing {@linkplain #canBeReadAgain can be read again}, where the reading before has ended
     */
    void read(long at, byte[] into, int length) throws IOException;

    /** Whether a page that looks damaged may be asked for once more. */
    boolean canBeReadAgain();
}
