/** Promises among the members, by which a primary keeps its lease while the log is away (S11). */
@NullMarked
package io.pgprimacy.core.promise;

import org.jspecify.annotations.NullMarked;
