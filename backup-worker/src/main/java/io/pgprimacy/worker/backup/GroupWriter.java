package io.pgprimacy.worker.backup;

import io.pgprimacy.backup.bundle.BundleWriter;
import io.pgprimacy.backup.bundle.GroupIndex;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.IndexEntry;
import io.pgprimacy.backup.format.IndexEntry.Content;
import io.pgprimacy.backup.format.IndexEntry.Source;
import io.pgprimacy.backup.format.ObjectList;
import io.pgprimacy.backup.page.PageFormat;
import io.pgprimacy.backup.restore.Modes;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.worker.source.PageReader;
import io.pgprimacy.worker.source.SourceFile;
import io.pgprimacy.worker.source.SourceFile.Kind;
import io.pgprimacy.worker.transfer.ObjectUpload;
import io.pgprimacy.worker.transfer.StorageClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.zip.CRC32C;

/** Reads the files of one group and stores them: a data object, and the index that tells what is in it. */
final class GroupWriter implements AutoCloseable {
    private static final int PRIVATE = 0600;

    private final Shared shared;
    private final int group;
    private final GroupIndex index = new GroupIndex();
    private final ObjectUpload upload;
    private final BundleWriter bundle;

    /**
     * What all groups of a backup have in common.
     *
     * @param start redo LSN
     */
    record Shared(
            BackupPlace place,
            DataKey key,
            Lsn start,
            boolean checksums,
            int level,
            SecureRandom random,
            StorageClient client,
            ExecutorService senders,
            RateLimit rate,
            Progress progress,
            ObjectList.Writer objects) {}

    GroupWriter(Shared shared, int group) throws IOException {
        this.shared = shared;
        this.group = group;
        this.upload = upload(shared.place().data(group));
        this.bundle =
                new BundleWriter(shared.key(), shared.place().data(group), shared.random(), shared.level(), upload);
    }

    /** One that has vanished meanwhile is left out: replay would remove it. */
    void add(SourceFile file) throws IOException {
        try (PageReader reader = new PageReader(file, shared.start(), shared.checksums())) {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file.location());
            Instant modified = Files.getLastModifiedTime(file.location()).toInstant();
            OutputStream out = bundle.beginFile(file.path(), reader.size(), Modes.bits(mode), modified);
            reader.read((bytes, length, firstPage) -> {
                shared.rate().take(length);
                out.write(bytes, 0, length);
                shared.progress().bytes.addAndGet(length);
            });
            bundle.endFile();
            boolean mapped = file.kind() == Kind.MAIN_FORK && reader.size() > 0 && reader.size() % PageFormat.SIZE == 0;
            index.add(new IndexEntry.File(
                    file.path(),
                    reader.size(),
                    Modes.of(mode),
                    modified,
                    "%08x".formatted(reader.crc32c()),
                    whole(),
                    mapped ? index.addMap(reader.map()) : GroupIndex.noMap(),
                    reader.wrongPages()));
            shared.progress().wrongPages.addAndGet(reader.wrongPages().size());
            shared.progress().files.incrementAndGet();
        } catch (NoSuchFileException e) {
            // Only where nothing of it has been written yet: it is opened, and its size known, before the entry begins.
            return;
        }
    }

    /** Something that is not read from the data directory. */
    void add(String path, byte[] content) throws IOException {
        Instant now = Instant.now();
        bundle.beginFile(path, content.length, PRIVATE, now).write(content);
        bundle.endFile();
        CRC32C crc = new CRC32C();
        crc.update(content);
        index.add(new IndexEntry.File(
                path,
                content.length,
                "0600",
                now,
                "%08x".formatted((int) crc.getValue()),
                whole(),
                GroupIndex.noMap(),
                List.of()));
        shared.progress().files.incrementAndGet();
        shared.progress().bytes.addAndGet(content.length);
    }

    void addDirectory(String path, Set<PosixFilePermission> mode) throws IOException {
        bundle.addDirectory(path, Modes.bits(mode));
        index.add(new IndexEntry.Directory(path, Modes.of(mode)));
    }

    /** The data first: an index without its data would only mislead whoever looks at an abandoned backup. */
    void finish() throws IOException {
        bundle.finish();
        shared.objects().add(upload.stored());
        ObjectUpload stored = upload(shared.place().index(group));
        index.write(shared.key(), shared.place().index(group), shared.random(), stored);
        shared.objects().add(stored.stored());
    }

    @Override
    public void close() throws IOException {
        bundle.close();
    }

    private List<Source> whole() {
        return List.of(new Source(0, group, Content.WHOLE));
    }

    private ObjectUpload upload(String name) {
        String object = name.substring(shared.place().directory().length());
        return new ObjectUpload(shared.client(), object, shared.senders(), shared.progress().stored::addAndGet);
    }
}
