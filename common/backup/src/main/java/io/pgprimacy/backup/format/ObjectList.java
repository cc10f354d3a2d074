package io.pgprimacy.backup.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.pgprimacy.backup.RepositoryDamaged;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;

/** The list of a backup's objects: JSON lines, compressed, not encrypted, so that the store's keeper can verify them without a key. */
public final class ObjectList {
    private ObjectList() {}

    /** Writes one line at a time; {@link #close} completes the list. */
    public static final class Writer implements AutoCloseable {
        private final OutputStream out;

        public Writer(OutputStream sink) throws IOException {
            this.out = new ZstdOutputStreamNoFinalizer(sink);
        }

        public synchronized void add(StoredObject object) throws IOException {
            out.write(Json.mapper().writeValueAsBytes(object));
            out.write('\n');
        }

        @Override
        public void close() throws IOException {
            out.close();
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
