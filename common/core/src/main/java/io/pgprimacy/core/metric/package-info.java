/** The metrics that agents and services export: one catalogue, from which they register them and the reference is made. */
@NullMarked
package io.pgprimacy.core.metric;

import org.jspecify.annotations.NullMarked;
