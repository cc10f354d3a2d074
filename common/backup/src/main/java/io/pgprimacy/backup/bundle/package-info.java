/** Data objects: standard tar streams, compressed by zstd, encrypted in frames. */
@NullMarked
package io.pgprimacy.backup.bundle;

import org.jspecify.annotations.NullMarked;
