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
import io.pgprimacy.backup.page.PageRun;
import io.pgprimacy.backup.page.PageSelection;
import io.pgprimacy.backup.restore.Modes;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.worker.source.PageReader;
import io.pgprimacy.worker.source.SourceFile;
import io.pgprimacy.worker.source.SourceFile.Kind;
import io.pgprimacy.worker.transfer.ObjectUpload;
import io.pgprimacy.worker.transfer.StorageClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
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
     * @param number of this backup in its chain
     * @param start redo LSN
     * @param parentStart the parent's; of no meaning where there is none
     * @param taken the paths that are in this backup
     */
    record Shared(
            BackupPlace place,
            DataKey key,
            int number,
            Lsn start,
            Lsn parentStart,
            PathSet taken,
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
    void add(PlannedFile planned) throws IOException {
        SourceFile file = planned.file();
        // Opened, and its size known, before anything of it is written.
        try (PageReader reader = new PageReader(file, shared.start(), shared.checksums())) {
            Set<PosixFilePermission> mode = reader.mode();
            Instant modified = reader.modified();
            boolean pages = file.kind() == Kind.MAIN_FORK && reader.size() > 0 && reader.size() % PageFormat.SIZE == 0;
            List<Source> sources = pages && planned.parent().isPresent()
                    ? copyPages(file, reader, planned.parent().get(), modified)
                    : copyWhole(file, reader, mode, modified);
            index.add(new IndexEntry.File(
                    file.path(),
                    reader.size(),
                    Modes.of(mode),
                    modified,
                    "%08x".formatted(reader.crc32c()),
                    sources,
                    pages ? index.addMap(reader.map()) : GroupIndex.noMap(),
                    reader.wrongPages()));
            shared.taken().add(file.path());
            shared.progress().wrongPages.addAndGet(reader.wrongPages().size());
            shared.progress().files.incrementAndGet();
        } catch (NoSuchFileException e) {
            shared.progress().vanished.incrementAndGet();
        }
    }

    private List<Source> copyWhole(SourceFile file, PageReader reader, Set<PosixFilePermission> mode, Instant modified)
            throws IOException {
        OutputStream out = bundle.beginFile(file.path(), reader.size(), Modes.bits(mode), modified);
        reader.read((bytes, length, firstPage) -> {
            count(length);
            out.write(bytes, 0, length);
        });
        bundle.endFile();
        return whole();
    }

    /** Reads all of it, and stores what the parent does not have. */
    private List<Source> copyPages(SourceFile file, PageReader reader, ParentFile parent, Instant modified)
            throws IOException {
        PageSelection selection = new PageSelection(shared.parentStart(), parent.map());
        StoredRuns runs = new StoredRuns(file, modified);
        reader.read((bytes, length, firstPage) -> {
            count(length);
            for (int at = 0; at < length; at += PageFormat.SIZE) {
                int page = firstPage + at / PageFormat.SIZE;
                if (selection.isStored(
                        bytes, at, PageFormat.SIZE, page, reader.map().checksum(page))) {
                    runs.add(page, bytes, at);
                }
            }
        });
        runs.end();
        List<Source> sources = new ArrayList<>(parent.entry().sources());
        if (runs.any) {
            sources.add(new Source(shared.number(), group, Content.PAGES));
        }
        return sources;
    }

    /** Pages of one file, gathered stretch by stretch. */
    private final class StoredRuns {
        private final SourceFile file;
        private final Instant modified;
        private PageRun run = new PageRun(0);
        private boolean any;

        StoredRuns(SourceFile file, Instant modified) {
            this.file = file;
            this.modified = modified;
        }

        void add(int page, byte[] bytes, int at) throws IOException {
            if (page >= run.firstPage() + PageRun.PAGES) {
                end();
                run = new PageRun(page - page % PageRun.PAGES);
            }
            run.add(page, bytes, at, PageFormat.SIZE);
        }

        void end() throws IOException {
            if (!run.isEmpty()) {
                bundle.addPages(file.path(), run, modified);
                any = true;
            }
        }
    }

    private void count(int length) throws IOException {
        shared.rate().take(length);
        shared.progress().bytes.addAndGet(length);
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
        return List.of(new Source(shared.number(), group, Content.WHOLE));
    }

    private ObjectUpload upload(String name) {
        String object = name.substring(shared.place().directory().length());
        return new ObjectUpload(shared.client(), object, shared.senders(), shared.progress().stored::addAndGet);
    }
}
