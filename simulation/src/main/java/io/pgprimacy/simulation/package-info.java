/** Deterministic simulation of the whole system. */
@NullMarked
package io.pgprimacy.simulation;

import org.jspecify.annotations.NullMarked;
