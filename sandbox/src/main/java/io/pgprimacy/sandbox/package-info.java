/** A whole cluster on one machine. */
@NullMarked
package io.pgprimacy.sandbox;

import org.jspecify.annotations.NullMarked;
