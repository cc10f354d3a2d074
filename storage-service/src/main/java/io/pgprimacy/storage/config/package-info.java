/** Settings and wiring. */
@NullMarked
package io.pgprimacy.storage.config;

import org.jspecify.annotations.NullMarked;
