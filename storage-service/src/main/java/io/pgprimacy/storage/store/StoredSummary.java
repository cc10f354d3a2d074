package io.pgprimacy.storage.store;

import java.time.Instant;

/** An object as a listing shows it. */
public record StoredSummary(String name, long length, Instant modified, String etag) {}
