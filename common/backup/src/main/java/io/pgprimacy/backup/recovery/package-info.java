/** Recovery to a point: targets, which backup leads there, and feeding PostgreSQL the WAL. */
@NullMarked
package io.pgprimacy.backup.recovery;

import org.jspecify.annotations.NullMarked;
