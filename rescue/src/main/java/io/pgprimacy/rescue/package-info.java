/** Break-glass: lists and restores backups, makes and rotates keys, from the bucket alone. */
@NullMarked
package io.pgprimacy.rescue;

import org.jspecify.annotations.NullMarked;
