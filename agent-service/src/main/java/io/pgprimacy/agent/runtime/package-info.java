/** Runs the core's loop over real PostgreSQL: observes, carries out actions one at a time, and publishes what it knows. */
@NullMarked
package io.pgprimacy.agent.runtime;

import org.jspecify.annotations.NullMarked;
