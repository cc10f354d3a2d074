/** What the clients did and saw, and the checker that judges it; nothing of the product's code is used here. */
@NullMarked
package io.pgprimacy.systemtests.chaos.history;

import org.jspecify.annotations.NullMarked;
