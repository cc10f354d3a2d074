/** Keeps a primary's WAL in the repository: slices about every second, whole segments, and the gate for PostgreSQL's archiver. */
@NullMarked
package io.pgprimacy.worker.wal;

import org.jspecify.annotations.NullMarked;
