package io.pgprimacy.backup.bundle;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.FrameOutput;
import io.pgprimacy.backup.page.PageRun;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes one data object: a standard tar stream (POSIX headers), compressed by zstd, encrypted in frames. Nothing of it counts before
 * {@link #finish}; closing without that abandons it.
 */
public final class BundleWriter implements AutoCloseable {
    /** Between the name of a file and the number of the first page of a run: {@code base/5/1259.pgprimacy-pages-00000512}. */
    static final String PAGES = ".pgprimacy-pages-";

    private static final int BUFFER = 64 * 1024;

    private final FrameOutput frames;
    private final ZstdOutputStreamNoFinalizer zstd;
    private final TarOutput tar;

    /**
     * @param object full name in the repository
     * @param sink takes the encrypted bytes; closed by {@link #finish}, left open by an abandoned bundle
     */
    public BundleWriter(DataKey key, String object, SecureRandom random, int level, OutputStream sink)
            throws IOException {
        frames = new FrameOutput(key, object, random, sink);
        zstd = new ZstdOutputStreamNoFinalizer(frames, RecyclingBufferPool.INSTANCE, level);
        tar = new TarOutput(new BufferedOutputStream(zstd, BUFFER));
    }

    /** Begins a file; exactly {@code size} bytes must be written to the stream, and {@link #endFile} called. */
    public OutputStream beginFile(String path, long size, int mode, Instant modified) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path, true);
        entry.setSize(size);
        entry.setMode(mode);
        entry.setModTime(modified.toEpochMilli());
        tar.begin(entry);
        return tar;
    }

    public void endFile() throws IOException {
        tar.end();
    }

    public void addPages(String path, PageRun run, Instant modified) throws IOException {
        byte[] bytes = run.toBytes();
        OutputStream out = beginFile(path + PAGES + "%08d".formatted(run.firstPage()), bytes.length, 0600, modified);
        out.write(bytes);
        endFile();
    }

    public void addDirectory(String path, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path + "/", true);
        entry.setMode(mode);
        entry.setModTime(0);
        tar.begin(entry);
        tar.end();
    }

    public void addLink(String path, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK, true);
        entry.setLinkName(target);
        entry.setModTime(0);
        tar.begin(entry);
        tar.end();
    }

    public void finish() throws IOException {
        tar.close();
        frames.finish();
    }

    @Override
    public void close() throws IOException {
        // Gives the compressor's memory back; the frames stay unsealed unless finish() came first.
        frames.abandon();
        zstd.close();
    }
}
