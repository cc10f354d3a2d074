package io.pgprimacy.backup.format;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.pgprimacy.backup.RepositoryDamaged;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;

/** The list of a backup's objects: JSON lines, compressed, not encrypted, so that the store's keeper can verify them without a key. */
public final class ObjectList {
    /** An object has 10,000 parts at the most, of 96 characters each. */
    private static final int LONGEST_LINE = 2 * 1024 * 1024;

    private ObjectList() {}

    /** Writes one line at a time. {@link #finish} completes the list and closes the sink; closing alone abandons it. */
    public static final class Writer implements AutoCloseable {
        private final Sink sink;
        private final OutputStream out;

        public Writer(OutputStream sink) throws IOException {
            this.sink = new Sink(sink);
            this.out = new ZstdOutputStreamNoFinalizer(this.sink);
        }

        public synchronized void add(StoredObject object) throws IOException {
            out.write(Json.mapper().writeValueAsBytes(object));
            out.write('\n');
        }

        public synchronized void finish() throws IOException {
            sink.finishing = true;
            out.close();
        }

        @Override
        public synchronized void close() throws IOException {
            sink.abandoned = !sink.finishing;
            out.close();
        }
    }

    /** What the compressor still writes while an abandoned list is taken down goes nowhere. */
    private static final class Sink extends FilterOutputStream {
        private boolean finishing;
        private boolean abandoned;

        Sink(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!abandoned) {
                out.write(bytes, offset, length);
            }
        }

        @Override
        public void close() throws IOException {
            if (finishing) {
                out.close();
            }
        }
    }

    /** Hands over each object in the order in which they were written. One line at a time is in memory, and no line is endless. */
    public static void read(String name, InputStream in, Consumer<StoredObject> objects) throws IOException {
        try (InputStream plain = new BufferedInputStream(new ZstdInputStreamNoFinalizer(in))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = plain.read(); b >= 0; b = plain.read()) {
                if (b != '\n') {
                    line.write(b);
                } else {
                    objects.accept(object(name, line.toByteArray()));
                    line.reset();
                }
                if (line.size() > LONGEST_LINE) {
                    throw new RepositoryDamaged(name + " has a line that is longer than any object's");
                }
            }
            if (line.size() > 0) {
                throw new RepositoryDamaged(name + " ends in the middle of a line");
            }
        } catch (JacksonException e) {
            throw new RepositoryDamaged(name + " is not a list of objects: " + e.getMessage(), e);
        } catch (ZstdIOException e) {
            throw new RepositoryDamaged(name + " cannot be decompressed", e);
        }
    }

    private static StoredObject object(String name, byte[] line) throws RepositoryDamaged {
        StoredObject object = Json.mapper().readValue(line, StoredObject.class);
        if (object == null) {
            throw new RepositoryDamaged(name + " has a line that is null");
        }
        return object;
    }
}
