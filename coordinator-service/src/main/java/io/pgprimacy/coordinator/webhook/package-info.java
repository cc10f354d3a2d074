/** Tells other systems what happens, each event once it is in the log, until they say that they have it. */
@NullMarked
package io.pgprimacy.coordinator.webhook;

import org.jspecify.annotations.NullMarked;
