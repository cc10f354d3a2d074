/** The pure decisions of the coordinator, one rules class per phase. */
@NullMarked
package io.pgprimacy.core.decide;

import org.jspecify.annotations.NullMarked;
