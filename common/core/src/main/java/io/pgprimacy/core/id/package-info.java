/** Names and counters that identify clusters, nodes, terms and records. */
@NullMarked
package io.pgprimacy.core.id;

import org.jspecify.annotations.NullMarked;
