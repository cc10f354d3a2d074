/** Restores a node's data from the repository, as a standby's or to a moment. */
@NullMarked
package io.pgprimacy.worker.restore;

import org.jspecify.annotations.NullMarked;
