/** The names of the rules by which anything is decided. */
@NullMarked
package io.pgprimacy.core.rule;

import org.jspecify.annotations.NullMarked;
