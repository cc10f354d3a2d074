/** The WAL archive: who may add to it, what there is of it, and which slices have become superfluous. */
@NullMarked
package io.pgprimacy.storage.wal;

import org.jspecify.annotations.NullMarked;
