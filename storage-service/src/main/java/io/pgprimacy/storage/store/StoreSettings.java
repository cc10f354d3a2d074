package io.pgprimacy.storage.store;

import java.net.URI;
import java.time.Duration;

/**
 * @param endpoint as this service reaches it
 * @param publicEndpoint as agents reach it: what presigned URLs begin with
 * @param prefix of all names in the bucket; empty, or ending in a slash
 */
public record StoreSettings(
        URI endpoint,
        URI publicEndpoint,
        String region,
        String bucket,
        String prefix,
        String accessKey,
        String secretKey,
        Duration timeout) {

    /** Without the secret. */
    @Override
    public String toString() {
        return endpoint + "/" + bucket + "/" + prefix;
    }
}
