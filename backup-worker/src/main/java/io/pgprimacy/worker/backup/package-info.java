/** The course of a backup. */
@NullMarked
package io.pgprimacy.worker.backup;

import org.jspecify.annotations.NullMarked;
