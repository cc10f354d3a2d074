/** Grants, completion, commit, catalog and collection of the backup repository. */
@NullMarked
package io.pgprimacy.storage.repository;

import org.jspecify.annotations.NullMarked;
