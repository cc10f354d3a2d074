/** The program that takes one base backup. */
@NullMarked
package io.pgprimacy.worker;

import org.jspecify.annotations.NullMarked;
