/** Who may ask for changes, and how they show who they are. */
@NullMarked
package io.pgprimacy.access;

import org.jspecify.annotations.NullMarked;
