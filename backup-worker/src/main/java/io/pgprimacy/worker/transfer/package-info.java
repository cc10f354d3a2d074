/** Uploads by requests that the storage service granted. */
@NullMarked
package io.pgprimacy.worker.transfer;

import org.jspecify.annotations.NullMarked;
