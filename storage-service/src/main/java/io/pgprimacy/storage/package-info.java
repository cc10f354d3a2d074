/** The keeper of the bucket. */
@NullMarked
package io.pgprimacy.storage;

import org.jspecify.annotations.NullMarked;
