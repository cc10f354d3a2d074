package io.pgprimacy.storage.store;

import java.time.Instant;

/** A multipart upload that was begun, and neither completed nor aborted. */
public record PendingUpload(String name, String uploadId, Instant begun) {}
