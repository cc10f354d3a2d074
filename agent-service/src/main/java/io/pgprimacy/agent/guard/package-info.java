/** Holds the deadline after which this node's PostgreSQL must be dead, in a process that outlives the agent. */
@NullMarked
package io.pgprimacy.agent.guard;

import org.jspecify.annotations.NullMarked;
