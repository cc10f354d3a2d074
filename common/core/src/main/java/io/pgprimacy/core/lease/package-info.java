/** The arithmetic of a primary's time-bounded right to accept writes. */
@NullMarked
package io.pgprimacy.core.lease;

import org.jspecify.annotations.NullMarked;
