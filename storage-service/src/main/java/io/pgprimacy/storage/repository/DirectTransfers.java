package io.pgprimacy.storage.repository;

import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.Presigned;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** By presigned URLs: the bytes never pass through this service. */
public final class DirectTransfers implements Transfers {
    private final ObjectStore store;
    private final Clock clock;
    private final Duration lifetime;
    private final boolean signChecksums;

    /** @param signChecksums whether the store verifies {@code x-amz-checksum-sha256}; one that does not would only ignore it */
    public DirectTransfers(ObjectStore store, Clock clock, Duration lifetime, boolean signChecksums) {
        this.store = store;
        this.clock = clock;
        this.lifetime = lifetime;
        this.signChecksums = signChecksums;
    }

    @Override
    public Grant part(String name, String uploadId, int number, long length, String sha256) {
        return grant(store.presignPart(name, uploadId, number, length, checksum(sha256), lifetime));
    }

    @Override
    public Grant put(String name, long length, String sha256) {
        return grant(store.presignPut(name, length, checksum(sha256), lifetime));
    }

    @Override
    public Grant get(String name) {
        return grant(store.presignGet(name, lifetime));
    }

    private Grant grant(Presigned request) {
        return new Grant(request.url(), request.headers(), clock.instant().plus(lifetime));
    }

    private SortedMap<String, String> checksum(String sha256) {
        SortedMap<String, String> headers = new TreeMap<>();
        if (signChecksums) {
            byte[] digest = HexFormat.of().parseHex(sha256);
            headers.put("x-amz-checksum-sha256", Base64.getEncoder().encodeToString(digest));
        }
        return headers;
    }
}
