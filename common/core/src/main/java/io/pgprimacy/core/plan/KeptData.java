package io.pgprimacy.core.plan;

import io.pgprimacy.core.id.Term;
import java.time.Instant;
import java.util.Optional;

/**
 * What a restore has replaced, as it lies on this node's disk.
 *
 * @param location directory
 * @param term that the restore was for
 * @param bytes of its files
 * @param since when it was put aside
 * @param trouble why it could not be removed, the last time that was tried; empty otherwise
 */
public record KeptData(String location, Term term, long bytes, Instant since, Optional<String> trouble) {}
