/** The WAL archive: names, what there is of it, and whether bytes are what their name says. */
@NullMarked
package io.pgprimacy.backup.wal;

import org.jspecify.annotations.NullMarked;
