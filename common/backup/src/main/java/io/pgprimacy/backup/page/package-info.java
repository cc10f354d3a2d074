/** PostgreSQL's pages: checksums, LSNs, page maps, and which pages a differential or incremental backup stores. */
@NullMarked
package io.pgprimacy.backup.page;

import org.jspecify.annotations.NullMarked;
