package io.pgprimacy.core.cluster;

import io.pgprimacy.core.config.Retention;

/**
 * Carried out by whichever coordinator is there.
 *
 * @param ordered sequence of the decision that ordered it
 * @param because who wanted it and why, or that it was due
 */
public record RetentionOrder(long ordered, Retention policy, String because) {}
