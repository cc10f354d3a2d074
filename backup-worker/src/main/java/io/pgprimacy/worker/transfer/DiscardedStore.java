package io.pgprimacy.worker.transfer;

import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.restore.ObjectSource;
import java.io.IOException;

/** Where discarded WAL is put; nothing in it is overwritten. */
public interface DiscardedStore extends ObjectSource {
    /**
     * Puts an object in one piece; false where there is one of that name already.
     *
     * @param name in the repository
     */
    boolean put(String name, StoredBytes content, Part described) throws IOException;

    /** From here on it is stored; the same again is no failure. */
    void commit(byte[] summary) throws IOException;
}
