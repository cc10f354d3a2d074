/** The operators' command line. */
@NullMarked
package io.pgprimacy.cli;

import org.jspecify.annotations.NullMarked;
