package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.crypto.WrappedKey;
import io.pgprimacy.backup.format.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** Reads wrapped data keys from the repository and unwraps them. */
final class DataKeys {
    private static final int LARGEST = 64 * 1024;

    private DataKeys() {}

    /** @param scope for which the key was wrapped: the directory above {@code keys/} */
    static DataKey open(String scope, KeyWrapping masters, ObjectSource source) throws IOException {
        return find(scope, masters, source)
                .orElseThrow(() -> new RepositoryDamaged("no key of " + scope
                        + " is wrapped by a master key that is known here: " + String.join(", ", masters.ids())));
    }

    /** Empty where none is wrapped by any of the master keys. */
    static Optional<DataKey> find(String scope, KeyWrapping masters, ObjectSource source) throws IOException {
        for (String id : masters.ids()) {
            String name = scope + "keys/" + id + ".json";
            Optional<WrappedKey> wrapped = wrapped(name, source);
            if (wrapped.isPresent()) {
                if (!wrapped.get().masterKey().equals(id)) {
                    throw new RepositoryDamaged(
                            name + " is wrapped by " + wrapped.get().masterKey());
                }
                return Optional.of(masters.unwrap(wrapped.get(), scope));
            }
        }
        return Optional.empty();
    }

    /** Empty where there is no such object: the key may be wrapped by another master key. */
    private static Optional<WrappedKey> wrapped(String name, ObjectSource source) throws IOException {
        try (InputStream in = source.open(name)) {
            byte[] document = in.readNBytes(LARGEST);
            WrappedKey key = Json.mapper().readValue(document, WrappedKey.class);
            // Nothing but the wrapped bytes is sealed, so there must be exactly one way to write the rest.
            if (!Arrays.equals(document, Json.mapper().writeValueAsBytes(key))) {
                throw new RepositoryDamaged(name + " is not written as a wrapped key is");
            }
            return Optional.of(key);
        } catch (NoSuchObject e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw new RepositoryDamaged(name + " is not a wrapped key", e);
        }
    }
}
