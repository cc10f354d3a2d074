/** Stores WAL that did not become the cluster's history, before a node that has it is rewound or replaced. */
@NullMarked
package io.pgprimacy.worker.discarded;

import org.jspecify.annotations.NullMarked;
