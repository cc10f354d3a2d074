package io.pgprimacy.worker.source;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file that belongs to the backup.
 *
 * @param path relative to the data directory, as the backup names it
 * @param content where its bytes come from
 * @param kind what may be assumed of its content
 * @param segment number of the piece of its relation; 0 for others
 */
public record SourceFile(String path, Content content, long size, Kind kind, int segment) {

    /** Opens it; throws {@link java.nio.file.NoSuchFileException} where it has vanished. */
    @FunctionalInterface
    public interface Content {
        OpenFile open() throws IOException;
    }

    /** What a file is made of. */
    public enum Kind {
        /** Pages with checksums, of which an increment may store only some. */
        MAIN_FORK,
        /** Pages with checksums, always stored whole: the LSNs of visibility and free space maps do not tell of every change. */
        OTHER_FORK,
        /** Anything else. */
        PLAIN
    }

    /** One that this process finds on a disk. */
    public SourceFile(String path, Path location, long size, Kind kind, int segment) {
        this(path, () -> FileOnDisk.open(location), size, kind, segment);
    }
}
