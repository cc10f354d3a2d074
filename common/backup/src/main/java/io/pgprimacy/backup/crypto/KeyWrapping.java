package io.pgprimacy.backup.crypto;

import io.pgprimacy.backup.RepositoryDamaged;
import java.util.SortedSet;

/** Wraps data keys by a master key: one in a file or the environment ({@link MasterKeys}), or a key management service. */
public interface KeyWrapping {
    /** The id under which {@link #wrap} wraps now. */
    String currentId();

    /** The master keys that it can unwrap with. */
    SortedSet<String> ids();

    /** @param scope what the key is for, the directory of a backup, say; it unwraps for the same scope only */
    WrappedKey wrap(DataKey key, String scope);

    /** Throws {@link RepositoryDamaged} where it is another scope's, was changed, or its master key is not known. */
    DataKey unwrap(WrappedKey key, String scope) throws RepositoryDamaged;
}
