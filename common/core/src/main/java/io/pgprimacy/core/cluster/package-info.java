/** The state that every participant folds from the same cluster log. */
@NullMarked
package io.pgprimacy.core.cluster;

import org.jspecify.annotations.NullMarked;
