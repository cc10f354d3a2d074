package io.pgprimacy.worker.source;

import io.pgprimacy.backup.page.PageFormat;
import io.pgprimacy.backup.page.PageMap;
import io.pgprimacy.backup.page.PageVerdict;
import io.pgprimacy.core.postgres.Lsn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Reads one file once, while PostgreSQL writes to it: exactly as many bytes as it had when it was opened, zeros where it has become shorter,
 * nothing of what was added since. WAL replay repairs both, and torn pages too. Computes the checksums of what it gave out, and verifies
 * those of PostgreSQL's pages as they pass.
 */
public final class PageReader implements AutoCloseable {
    private static final int CHUNK = 64 * PageFormat.SIZE;
    private static final int REREADS = 3;
    private static final Duration BETWEEN_REREADS = Duration.ofMillis(100);

    private final SourceFile file;
    private final Lsn start;
    private final boolean verifies;
    private final OpenFile open;
    private final long size;
    private final byte[] buffer;
    private final CRC32C crc = new CRC32C();
    private final PageMap map = new PageMap();
    private final List<Long> wrong = new ArrayList<>();

    /** Takes what was read, chunk by chunk; each begins at a page's border. */
    @FunctionalInterface
    public interface Sink {
        /** @param firstPage number of the first page in the file */
        void take(byte[] bytes, int length, int firstPage) throws IOException;
    }

    /**
     * Throws {@link java.nio.file.NoSuchFileException} where it has vanished.
     *
     * @param start redo LSN of the backup
     * @param checksums whether the cluster has data checksums
     */
    public PageReader(SourceFile file, Lsn start, boolean checksums) throws IOException {
        this.file = file;
        this.start = start;
        this.verifies = checksums && file.kind() != SourceFile.Kind.PLAIN;
        this.open = file.content().open();
        this.size = open.size();
        // Of hundreds of thousands of files most are small.
        this.buffer = new byte[(int) Math.min(CHUNK, size)];
    }

    public long size() {
        return size;
    }

    public Set<PosixFilePermission> mode() {
        return open.mode();
    }

    public Instant modified() {
        return open.modified();
    }

    public void read(Sink sink) throws IOException {
        for (long at = 0; at < size; at += CHUNK) {
            int length = (int) Math.min(CHUNK, size - at);
            open.read(at, buffer, length);
            int firstPage = (int) (at / PageFormat.SIZE);
            for (int offset = 0; offset < length; offset += PageFormat.SIZE) {
                int inPage = Math.min(PageFormat.SIZE, length - offset);
                if (verifies && inPage == PageFormat.SIZE) {
                    verify(offset, at + offset);
                }
                map.add(PageMap.of(buffer, offset, inPage));
            }
            crc.update(buffer, 0, length);
            sink.take(buffer, length, firstPage);
        }
    }

    /** Of everything that was given out. */
    public int crc32c() {
        return (int) crc.getValue();
    }

    public PageMap map() {
        return map;
    }

    /** Pages whose checksum is wrong and that nobody was writing, by their number in the whole relation. */
    public List<Long> wrongPages() {
        return List.copyOf(wrong);
    }

    @Override
    public void close() throws IOException {
        open.close();
    }

    /**
     * A wrong checksum is a page that was read while it was written, until it proves to stay as it is: then it is damaged. PostgreSQL itself
     * reads again once; a slow disk under load needs more than that. What PostgreSQL streams it has read again itself.
     */
    private void verify(int offset, long at) throws IOException {
        long block = (long) file.segment() * PageFormat.PAGES_IN_SEGMENT + at / PageFormat.SIZE;
        for (int reread = 0; PageVerdict.of(buffer, offset, block, start) == PageVerdict.WRONG; reread++) {
            if (reread == REREADS || !open.canBeReadAgain()) {
                wrong.add(block);
                return;
            }
            pause();
            byte[] again = new byte[PageFormat.SIZE];
            open.read(at, again, PageFormat.SIZE);
            boolean beingWritten = !Arrays.equals(again, 0, PageFormat.SIZE, buffer, offset, offset + PageFormat.SIZE);
            System.arraycopy(again, 0, buffer, offset, PageFormat.SIZE);
            if (beingWritten) {
                // Whoever writes it has logged a whole image of it since the backup's start.
                return;
            }
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(BETWEEN_REREADS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the backup was cancelled");
        }
    }
}
