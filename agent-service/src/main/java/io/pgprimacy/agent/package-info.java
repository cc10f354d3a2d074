/** The agent that runs beside each PostgreSQL node. */
@NullMarked
package io.pgprimacy.agent;

import org.jspecify.annotations.NullMarked;
