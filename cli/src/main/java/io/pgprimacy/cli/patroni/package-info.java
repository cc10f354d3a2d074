/** Reads a patroni.yml, and says what it is here. */
@NullMarked
package io.pgprimacy.cli.patroni;

import org.jspecify.annotations.NullMarked;
