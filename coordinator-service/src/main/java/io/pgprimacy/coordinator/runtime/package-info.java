/** Folds every cluster's log with one thread, decides, and lets the API look at what was folded. */
@NullMarked
package io.pgprimacy.coordinator.runtime;

import org.jspecify.annotations.NullMarked;
