/** Which backups, and which WAL, are kept and why: a pure plan over the graph of what rests on what. */
@NullMarked
package io.pgprimacy.backup.retention;

import org.jspecify.annotations.NullMarked;
