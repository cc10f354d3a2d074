package io.pgprimacy.storage.store;

import java.net.URI;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A request that its holder may send once or again until it expires, without any credentials.
 *
 * @param headers to be sent exactly like this: they are part of the signature
 */
public record Presigned(URI url, SortedMap<String, String> headers) {
    public Presigned {
        headers = new TreeMap<>(headers);
    }
}
