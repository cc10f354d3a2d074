package io.pgprimacy.backup.page;

import io.pgprimacy.core.postgres.Lsn;

/** What a page's checksum says about it, as PostgreSQL's own base backup judges it. */
public enum PageVerdict {
    /** Its checksum is right, or it is a page that was never written. */
    SOUND,
    /** Changed since the backup's start: it may be torn, and WAL brings a whole image of it. */
    REPLAYED,
    /** Its checksum is wrong and no WAL will repair it. */
    WRONG;

    /**
     * @param block number of the page in the whole relation, all segments counted
     * @param start redo LSN of the backup
     */
    public static PageVerdict of(byte[] bytes, int at, long block, Lsn start) {
        if (PageFormat.isNew(bytes, at) && PageFormat.isZero(bytes, at)) {
            return SOUND;
        }
        if (!PageFormat.lsn(bytes, at).isBefore(start)) {
            return REPLAYED;
        }
        return PageFormat.checksum(bytes, at, block) == PageFormat.storedChecksum(bytes, at) ? SOUND : WRONG;
    }
}
