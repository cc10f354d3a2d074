package io.pgprimacy.backup.page;

import io.pgprimacy.core.postgres.Lsn;

/**
 * Which pages of a file a differential or incremental backup stores.
 *
 * <p>Fires when a page lies beyond the parent's file, has no LSN, has one at or past the parent's <em>start</em>, or differs in its CRC32C
 * from the parent's page map. Evidence: the page as it was read. Safe because every page that is left out has the CRC32C that the parent's
 * has, so what the chain composes is, page by page, what was read. The LSN alone would not do: VACUUM sets PD_ALL_VISIBLE without moving it
 * where neither checksums nor wal_log_hints are on, and clearing a bit of the visibility map never moves it. The CRC alone would miss one
 * change in 4 billion; the LSN sees all that WAL knows of. Otherwise the page is taken from the parent.
 */
public record PageSelection(Lsn parentStart, PageMap parent) {

    /** @param length of the page in the file: shorter than a page at the end of some files, and then never compared by LSN */
    public boolean isStored(byte[] bytes, int at, int length, int page, int checksum) {
        if (page >= parent.pages() || parent.checksum(page) != checksum || length < PageFormat.SIZE) {
            return true;
        }
        Lsn lsn = PageFormat.lsn(bytes, at);
        return !lsn.isBefore(parentStart) || (lsn.equals(Lsn.ZERO) && !PageFormat.isZero(bytes, at));
    }
}
