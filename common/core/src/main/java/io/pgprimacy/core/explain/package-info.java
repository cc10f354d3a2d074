/** Sentences for people about decisions and refusals. */
@NullMarked
package io.pgprimacy.core.explain;

import org.jspecify.annotations.NullMarked;
