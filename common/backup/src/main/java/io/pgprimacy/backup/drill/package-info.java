/** Proves a backup by restoring it where nobody can reach it, and checking all of it. */
@NullMarked
package io.pgprimacy.backup.drill;

import org.jspecify.annotations.NullMarked;
