package io.pgprimacy.backup.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.pgprimacy.backup.RepositoryDamaged;
import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;

/** The list of a backup's objects: JSON lines, compressed, not encrypted, so that the store's keeper can verify them without a key. */
public final class ObjectList {
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

    /** Hands over each object in the order in which they were written. */
    public static void read(String name, InputStream in, Consumer<StoredObject> objects) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(new ZstdInputStreamNoFinalizer(in), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                objects.accept(Json.mapper().readValue(line, StoredObject.class));
            }
        } catch (JacksonException e) {
            throw new RepositoryDamaged(name + " is not a list of objects: " + e.getMessage(), e);
        }
    }
}
