package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.BundleReader;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.IndexEntry;
import io.pgprimacy.backup.format.IndexEntry.Content;
import io.pgprimacy.backup.format.IndexEntry.Source;
import io.pgprimacy.backup.page.PageRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * Composes the files of one group from the data objects of its chain, the oldest first: whole files, then the pages that later backups
 * stored. Every file must then have the length and the CRC32C that it had at the source, whatever way it was composed.
 */
final class GroupRestore {
    private static final int BUFFER = 256 * 1024;

    private final StoredBackup backup;
    private final RestoreTarget target;
    private final FileSyncs syncs;
    private final SortedMap<String, IndexEntry.File> wanted = new TreeMap<>();
    private final SortedMap<String, Integer> written = new TreeMap<>();
    private final byte[] buffer = new byte[BUFFER];

    /** @param syncs makes durable what is verified, by and by */
    GroupRestore(StoredBackup backup, RestoreTarget target, FileSyncs syncs) {
        this.backup = backup;
        this.target = target;
        this.syncs = syncs;
    }

    void want(IndexEntry.File file) {
        wanted.put(file.path(), file);
    }

    Collection<IndexEntry.File> wanted() {
        return wanted.values();
    }

    void restore() throws IOException {
        for (DataObject object : objects()) {
            // Begun again from its start where the download breaks: writing the same bytes twice does no harm.
            Retries.run(() -> {
                apply(object);
                return object;
            });
        }
        for (IndexEntry.File file : wanted.values()) {
            verify(file);
        }
    }

    private record DataObject(int backup, int group) implements Comparable<DataObject> {
        private static final Comparator<DataObject> ORDER =
                Comparator.comparingInt(DataObject::backup).thenComparingInt(DataObject::group);

        @Override
        public int compareTo(DataObject other) {
            return ORDER.compare(this, other);
        }
    }

    private SortedSet<DataObject> objects() throws RepositoryDamaged {
        SortedSet<DataObject> objects = new TreeSet<>();
        int chain = backup.manifest().chain().size();
        for (IndexEntry.File file : wanted.values()) {
            for (Source source : file.sources()) {
                if (source.backup() < 0 || source.backup() >= chain) {
                    throw new RepositoryDamaged(
                            file.path() + " is said to be in backup " + source.backup() + " of a chain of " + chain);
                }
                objects.add(new DataObject(source.backup(), source.group()));
            }
        }
        return objects;
    }

    private void apply(DataObject object) throws IOException {
        BackupPlace place = backup.manifest().place(object.backup());
        String name = place.data(object.group());
        BundleReader.read(
                backup.keys().get(object.backup()), name, backup.source().open(name), new BundleReader.Visitor() {
                    @Override
                    public void file(String path, long size, InputStream content) throws IOException {
                        if (wants(path, object, Content.WHOLE)) {
                            writeWhole(path, content);
                        }
                    }

                    @Override
                    public void pages(String path, InputStream run) throws IOException {
                        if (wants(path, object, Content.PAGES)) {
                            writePages(path, run, name);
                        }
                    }
                });
    }

    private boolean wants(String path, DataObject object, Content content) {
        IndexEntry.File file = wanted.get(path);
        return file != null && file.sources().contains(new Source(object.backup(), object.group(), content));
    }

    private void writeWhole(String path, InputStream content) throws IOException {
        CRC32C crc = new CRC32C();
        try (FileChannel channel = FileChannel.open(
                target.fileFor(path),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                crc.update(buffer, 0, read);
                writeFully(channel, buffer, read);
            }
        }
        written.put(path, (int) crc.getValue());
    }

    private void writePages(String path, InputStream run, String object) throws IOException {
        Path file = target.fileFor(path);
        if (!Files.exists(file)) {
            throw new RepositoryDamaged(object + " has pages of " + path + ", but no older object has the file itself");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            PageRun.apply(run, path, (offset, bytes, length) -> {
                channel.position(offset);
                writeFully(channel, bytes, length);
            });
        }
        // Known only after all pages are in place.
        written.remove(path);
    }

    private void verify(IndexEntry.File file) throws IOException {
        Path path = target.fileFor(file.path());
        if (!Files.exists(path)) {
            throw new RepositoryDamaged("no object of the backup has " + file.path() + ", which its index lists");
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            verify(file, channel);
            Files.setPosixFilePermissions(path, Modes.of(file.mode()));
            Files.setLastModifiedTime(path, FileTime.from(file.modified()));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        syncs.add(channel);
    }

    private void verify(IndexEntry.File file, FileChannel channel) throws IOException {
        if (channel.size() > file.size()) {
            // It was truncated after an older backup of the chain; the checksum tells whether that is all.
            channel.truncate(file.size());
            written.remove(file.path());
        }
        Integer known = written.get(file.path());
        int actual = known != null ? known : checksum(channel);
        if (channel.size() != file.size() || actual != DataDirectoryRestore.Crc.parse(file.crc32c())) {
            throw new RepositoryDamaged("%s was composed to %d bytes with CRC32C %08x; at the source it had %d with %s"
                    .formatted(file.path(), channel.size(), actual, file.size(), file.crc32c()));
        }
    }

    private int checksum(FileChannel channel) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.wrap(buffer);
        channel.position(0);
        while (channel.read(chunk.clear()) >= 0) {
            crc.update(chunk.flip());
        }
        return (int) crc.getValue();
    }

    private static void writeFully(FileChannel channel, byte[] bytes, int length) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes, 0, length);
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }
}
