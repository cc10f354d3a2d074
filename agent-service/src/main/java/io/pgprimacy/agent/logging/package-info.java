/** How the agent's log lines look. */
@NullMarked
package io.pgprimacy.agent.logging;

import org.jspecify.annotations.NullMarked;
