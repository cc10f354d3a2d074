/** The session in which PostgreSQL holds a backup open. */
@NullMarked
package io.pgprimacy.worker.postgres;

import org.jspecify.annotations.NullMarked;
