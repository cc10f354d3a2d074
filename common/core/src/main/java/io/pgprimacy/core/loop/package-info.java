/** The two loops around the pure rules: what an agent and a coordinator do with each record read and each tick. */
@NullMarked
package io.pgprimacy.core.loop;

import org.jspecify.annotations.NullMarked;
