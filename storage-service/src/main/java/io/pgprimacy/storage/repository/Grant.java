package io.pgprimacy.storage.repository;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

/**
 * One request that an agent may send: an upload of exactly so many bytes to one place, or a download.
 *
 * @param headers to be sent as they are
 */
public record Grant(URI url, Map<String, String> headers, Instant expires) {}
