/** What operators choose per cluster, and the timing profiles. */
@NullMarked
package io.pgprimacy.core.config;

import org.jspecify.annotations.NullMarked;
