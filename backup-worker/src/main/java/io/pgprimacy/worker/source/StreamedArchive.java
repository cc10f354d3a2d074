package io.pgprimacy.worker.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.restore.Modes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * One of the archives that PostgreSQL's own base backup consists of: the data directory, or a tablespace. PostgreSQL has left out what
 * does not belong to a backup, with these exceptions: {@code standby.signal} and the like, and the marks of archived WAL.
 */
public final class StreamedArchive {
    private static final String LABEL = "backup_label";
    private static final String TABLESPACE_MAP = "tablespace_map";
    private static final String WAL_MARKS = "pg_wal/archive_status/";
    /** A control file has 8 KiB, a label less, a map a line for each tablespace. */
    private static final int LARGEST_WHOLE = 16 * 1024 * 1024;

    private final String below;
    private final TarArchiveInputStream tar;

    /** Takes what there is in the order in which it comes. A file can be opened once, and until this returns. */
    public interface Visitor extends DataDirectory.Visitor {
        /** {@code backup_label} and {@code tablespace_map}, which no other file precedes, and {@code global/pg_control}, which only WAL follows. */
        void whole(String path, byte[] content) throws IOException;
    }

    private StreamedArchive(String below, InputStream content) {
        this.below = below;
        this.tar = new TarArchiveInputStream(content, UTF_8.name());
    }

    /**
     * Until the archive has ended.
     *
     * @param tablespace empty for the data directory's
     */
    public static void walk(OptionalLong tablespace, InputStream content, Visitor visitor) throws IOException {
        String below = tablespace.isPresent() ? "pg_tblspc/" + tablespace.getAsLong() + "/" : "";
        // Not closed: that would close what the next archive comes from.
        new StreamedArchive(below, content).walk(visitor);
    }

    private void walk(Visitor visitor) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            String path = below + name(entry);
            if (entry.isDirectory()) {
                visitor.directory(path, mode(entry));
            } else if (entry.isFile()) {
                file(entry, path, visitor);
            } else {
                visitor.leftOut(path, "neither a file nor a directory");
            }
        }
    }

    private void file(TarArchiveEntry entry, String path, Visitor visitor) throws IOException {
        if (path.equals(LABEL) || path.equals(TABLESPACE_MAP) || path.equals(DataDirectory.CONTROL_FILE)) {
            if (entry.getSize() > LARGEST_WHOLE) {
                throw new IOException(path + " has " + entry.getSize() + " bytes");
            }
            visitor.whole(path, tar.readNBytes((int) entry.getSize()));
        } else if (!DataDirectory.isLeftOutOfRoot(path) && !path.startsWith(WAL_MARKS)) {
            visitor.file(DataDirectory.describe(path, () -> new Entry(entry), entry.getSize()));
        }
    }

    /** The entry that the archive is at. */
    private final class Entry implements OpenFile {
        private final TarArchiveEntry entry;

        Entry(TarArchiveEntry entry) {
            this.entry = entry;
        }

        @Override
        public long size() {
            return entry.getSize();
        }

        @Override
        public Set<PosixFilePermission> mode() {
            return StreamedArchive.mode(entry);
        }

        @Override
        public Instant modified() {
            return entry.getLastModifiedTime().toInstant();
        }

        @Override
        public void read(long at, byte[] into, int length) throws IOException {
            if (tar.readNBytes(into, 0, length) < length) {
                throw new EOFException(entry.getName() + " ends at " + tar.getBytesRead());
            }
        }

        @Override
        public boolean canBeReadAgain() {
            return false;
        }

        @Override
        public void close() {}
    }

    private static Set<PosixFilePermission> mode(TarArchiveEntry entry) {
        return Modes.of(entry.getMode());
    }

    /** One that no restore could take is refused here, where somebody can still do something about it. */
    private static String name(TarArchiveEntry entry) throws IOException {
        // PostgreSQL writes ./pg_wal/archive_status/.
        String name = entry.getName().replaceFirst("^\\./", "").replaceFirst("/$", "");
        boolean outside =
                Arrays.stream(name.split("/", -1)).anyMatch(part -> part.isEmpty() || part.matches("\\.\\.?"));
        if (outside || !DataDirectory.isReadableName(name)) {
            throw new IOException("PostgreSQL sent a file named " + entry.getName());
        }
        return name;
    }
}
