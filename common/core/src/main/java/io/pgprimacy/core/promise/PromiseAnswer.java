package io.pgprimacy.core.promise;

import io.pgprimacy.core.id.NodeId;
import java.util.Optional;

/**
 * What a member answers to a {@link PromiseRequest}; it has made its promise durable before.
 *
 * @param incarnation and {@code round} are those of the request
 * @param refusal why it does not promise; empty where it does
 */
public record PromiseAnswer(NodeId from, String incarnation, long round, Optional<String> refusal) {}
