package io.pgprimacy.systemtests.chains;

import java.util.List;

/**
 * A mark as it was on the primary, and the ways to name it.
 *
 * @param content a dump where nobody wrote
 * @param backups completed before it, oldest first
 */
record Point(Step.Mark mark, String time, String lsn, String xid, String name, String content, List<String> backups) {
    /** As {@code rescue restore} takes it. */
    List<String> options(ChainPlan.By by) {
        return switch (by) {
            case LATEST -> List.of("--to", "latest");
            case TIME -> List.of("--to", time);
            case LSN -> List.of("--to", lsn);
            // Neither says after which backup it was.
            case XID -> List.of("--to", "xid:" + xid, "--backup", backups.getLast());
            case NAME -> List.of("--to", "name:" + name, "--backup", backups.getLast());
            case BACKUP -> List.of("--backup", backups.getLast());
        };
    }
}
