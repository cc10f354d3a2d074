package io.pgprimacy.backup.bundle;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.FrameInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads one data object from its beginning to its end. */
public final class BundleReader {
    private static final Pattern RUN = Pattern.compile("(.+)" + Pattern.quote(BundleWriter.PAGES) + "\\d{8,}");

    private BundleReader() {}

    /** What is done with the entries; each stream must be read while it is given, and not closed. */
    public interface Visitor {
        void file(String path, long size, InputStream content) throws IOException;

        /** A run of pages of a file: {@link io.pgprimacy.backup.page.PageRun#apply} reads it. */
        void pages(String path, InputStream run) throws IOException;
    }

    /** Throws {@link RepositoryDamaged} unless every byte of the object was as it had been written. */
    public static void read(DataKey key, String object, InputStream stored, Visitor visitor) throws IOException {
        try (FrameInput frames = new FrameInput(key, object, stored);
                InputStream plain = new ZstdInputStreamNoFinalizer(frames, RecyclingBufferPool.INSTANCE);
                TarArchiveInputStream tar = new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name())) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile()) {
                    visit(entry, tar, visitor);
                }
            }
            // tar stops at its end mark; what follows must be authentic too, or a cut last frame would pass.
            plain.transferTo(OutputStream.nullOutputStream());
            if (frames.read() >= 0) {
                throw new RepositoryDamaged(object + " goes on after its end");
            }
        } catch (ZstdIOException e) {
            throw new RepositoryDamaged(object + " cannot be decompressed", e);
        }
    }

    private static void visit(TarArchiveEntry entry, InputStream content, Visitor visitor) throws IOException {
        Matcher run = RUN.matcher(entry.getName());
        if (run.matches()) {
            visitor.pages(run.group(1), content);
        } else {
            visitor.file(entry.getName(), entry.getSize(), content);
        }
    }
}
