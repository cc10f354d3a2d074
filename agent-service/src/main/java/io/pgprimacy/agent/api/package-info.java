/** The agent's HTTP interface, in Patroni's dialect. */
@NullMarked
package io.pgprimacy.agent.api;

import org.jspecify.annotations.NullMarked;
