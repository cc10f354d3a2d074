/** The agent's metrics: Patroni's names beside our own. */
@NullMarked
package io.pgprimacy.agent.metrics;

import org.jspecify.annotations.NullMarked;
