/** What an agent must still know after a restart, on disk before it is acted on. */
@NullMarked
package io.pgprimacy.agent.state;

import org.jspecify.annotations.NullMarked;
