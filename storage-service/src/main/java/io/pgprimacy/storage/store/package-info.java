/** The object store over S3; the only package that knows its client. */
@NullMarked
package io.pgprimacy.storage.store;

import org.jspecify.annotations.NullMarked;
