package io.pgprimacy.backup.page;

import io.pgprimacy.backup.RepositoryDamaged;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Stored pages of one stretch of a file: one tar entry of a differential or incremental backup. A stretch is at most {@link #PAGES} long, so
 * that its size is known, as tar wants it, after holding no more than that in memory.
 */
public final class PageRun {
    /** 4 MiB of the file. */
    public static final int PAGES = 512;

    private static final byte[] MAGIC = {'P', 'G', 'P', 'P', 1, 0, 0, 0};
    private static final int FIXED = 16;

    private final int firstPage;
    private final byte[] pages = new byte[PAGES * PageFormat.SIZE];
    private final List<Integer> numbers = new ArrayList<>();
    private int filled;

    public PageRun(int firstPage) {
        this.firstPage = firstPage;
    }

    public boolean isEmpty() {
        return numbers.isEmpty();
    }

    public int firstPage() {
        return firstPage;
    }

    /** In ascending order; only the file's last page may be shorter than a page. */
    public void add(int page, byte[] bytes, int at, int length) {
        if (page < firstPage || page >= firstPage + PAGES) {
            throw new IllegalArgumentException("page " + page + " is not in the run from " + firstPage);
        }
        System.arraycopy(bytes, at, pages, filled, length);
        filled += length;
        numbers.add(page);
    }

    /** Header, the pages' numbers, the pages. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(FIXED + numbers.size() * Integer.BYTES + filled)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).putInt(PageFormat.SIZE).putInt(numbers.size());
        numbers.forEach(out::putInt);
        return out.put(pages, 0, filled).array();
    }

    /** Where the pages of a run go. */
    @FunctionalInterface
    public interface PageSink {
        void write(long offset, byte[] bytes, int length) throws IOException;
    }

    /** Reads one run to its end and hands over each page. */
    public static void apply(InputStream in, String name, PageSink sink) throws IOException {
        DataInputStream data = new DataInputStream(in);
        try {
            byte[] fixed = new byte[FIXED];
            data.readFully(fixed);
            ByteBuffer header = ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN);
            boolean known = Arrays.equals(fixed, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
            int size = header.getInt(MAGIC.length);
            int count = header.getInt(MAGIC.length + Integer.BYTES);
            if (!known || size != PageFormat.SIZE || count < 1 || count > PAGES) {
                throw new RepositoryDamaged(name + " is not a run of pages of format 1");
            }
            int[] numbers = new int[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = Integer.reverseBytes(data.readInt());
                if (numbers[i] < 0) {
                    throw new RepositoryDamaged(name + " has a page of number " + numbers[i]);
                }
            }
            byte[] page = new byte[size];
            for (int i = 0; i < count; i++) {
                int length = data.readNBytes(page, 0, size);
                if (length == 0 || (length < size && i < count - 1)) {
                    throw new EOFException();
                }
                sink.write((long) numbers[i] * size, page, length);
            }
        } catch (EOFException e) {
            throw new RepositoryDamaged(name + " ends in the middle of a page", e);
        }
    }
}
