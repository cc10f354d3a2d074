package io.pgprimacy.storage.store;

/** What the store gave for a part. */
public record PartReceipt(int number, String etag) {}
