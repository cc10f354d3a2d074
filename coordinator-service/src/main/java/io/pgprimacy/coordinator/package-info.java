/** The coordinator, which folds the cluster log and decides. */
@NullMarked
package io.pgprimacy.coordinator;

import org.jspecify.annotations.NullMarked;
