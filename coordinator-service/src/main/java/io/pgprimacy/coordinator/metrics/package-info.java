/** What a coordinator counts and measures, by the entries of the catalogue of metrics. */
@NullMarked
package io.pgprimacy.coordinator.metrics;

import org.jspecify.annotations.NullMarked;
