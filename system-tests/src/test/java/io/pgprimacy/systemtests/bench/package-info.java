/** Measurements with real processes: {@code ./dev bench}. */
@NullMarked
package io.pgprimacy.systemtests.bench;

import org.jspecify.annotations.NullMarked;
