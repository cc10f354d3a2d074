/** The names and documents of a repository: layout, manifest, index, list of objects. */
@NullMarked
package io.pgprimacy.backup.format;

import org.jspecify.annotations.NullMarked;
