/** Everything that can stand in a cluster log. */
@NullMarked
package io.pgprimacy.core.event;

import org.jspecify.annotations.NullMarked;
