package io.pgprimacy.backup.restore;

import java.io.IOException;
import java.io.InputStream;

/** Gives the stored bytes of objects: from a bucket directly, or by downloads that the storage service granted. */
@FunctionalInterface
public interface ObjectSource {
    /** @param name relative to the repository's prefix; {@link NoSuchObject} where there is none */
    InputStream open(String name) throws IOException;
}
