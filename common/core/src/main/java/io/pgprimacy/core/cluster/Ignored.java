package io.pgprimacy.core.cluster;

/** A record that changed nothing, and why. */
public record Ignored(long offset, String reason) {}
