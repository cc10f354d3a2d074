/** The data directory: what belongs to a backup, and reading it while PostgreSQL writes to it. */
@NullMarked
package io.pgprimacy.worker.source;

import org.jspecify.annotations.NullMarked;
