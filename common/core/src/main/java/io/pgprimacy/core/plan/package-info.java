/** What one node must do now, derived from committed state and what it sees. */
@NullMarked
package io.pgprimacy.core.plan;

import org.jspecify.annotations.NullMarked;
