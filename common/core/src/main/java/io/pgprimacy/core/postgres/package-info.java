/** PostgreSQL's own notions: log positions, timelines, system identifiers. */
@NullMarked
package io.pgprimacy.core.postgres;

import org.jspecify.annotations.NullMarked;
