/** A network of the campaign's own: a namespace for each unit, and a switch in user space that may lose, delay and cut. */
@NullMarked
package io.pgprimacy.systemtests.chaos.net;

import org.jspecify.annotations.NullMarked;
