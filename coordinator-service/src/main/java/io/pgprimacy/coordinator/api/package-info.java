/** The operators' REST interface: looks at what was folded, and turns wishes into events. */
@NullMarked
package io.pgprimacy.coordinator.api;

import org.jspecify.annotations.NullMarked;
