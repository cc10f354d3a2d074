/** What is written into the object store and read from it: the repository format, without a network or a database. */
@NullMarked
package io.pgprimacy.backup;

import org.jspecify.annotations.NullMarked;
