/** Putting a backup's files back: composition of a chain, verification, PostgreSQL's own manifest. */
@NullMarked
package io.pgprimacy.backup.restore;

import org.jspecify.annotations.NullMarked;
