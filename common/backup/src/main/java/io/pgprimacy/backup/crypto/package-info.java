/** Keys, and the authenticated frames that every secret object consists of. */
@NullMarked
package io.pgprimacy.backup.crypto;

import org.jspecify.annotations.NullMarked;
