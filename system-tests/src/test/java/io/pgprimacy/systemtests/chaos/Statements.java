package io.pgprimacy.systemtests.chaos;

/** The clients' tables and what is done with them. */
final class Statements {
    /** Lists are told by round, so that each can be judged when its round is over. */
    static final int LISTS_PER_ROUND = 1_000;

    static final String[] CREATE = {
        // No key: a row that came twice must be able to stay twice.
        "CREATE TABLE IF NOT EXISTS chaos_inserts (round integer, session integer, value integer)",
        "CREATE TABLE IF NOT EXISTS chaos_lists (key integer PRIMARY KEY, elements text NOT NULL)",
    };

    /** Before the commit record is written, and with the timeline in the first eight digits. */
    private static final String POSITION =
            "pg_walfile_name(pg_current_wal_insert_lsn()), pg_current_wal_insert_lsn() - '0/0'::pg_lsn";

    static final String INSERT =
            "INSERT INTO chaos_inserts (round, session, value) VALUES (?, ?, ?) RETURNING " + POSITION;

    static final String APPEND = "INSERT INTO chaos_lists AS l (key, elements) VALUES (?, ?)"
            + " ON CONFLICT (key) DO UPDATE SET elements = l.elements || ',' || excluded.elements"
            + " RETURNING " + POSITION + ", elements";

    static final String READ = "SELECT " + POSITION + ", (SELECT elements FROM chaos_lists WHERE key = ?)";

    static final String FOUND_INSERTS = "SELECT session, value FROM chaos_inserts WHERE round = ?";
    static final String FOUND_LISTS = "SELECT key, elements FROM chaos_lists WHERE key / " + LISTS_PER_ROUND + " = ?";

    /** One line for all that a round wrote, to be compared between nodes. */
    static final String DIGEST =
            "SELECT (SELECT count(*) || ':' || coalesce(sum(hashtextextended(i::text, 0)::numeric), 0)"
                    + " FROM chaos_inserts i WHERE round = ?) || ' ' || (SELECT count(*) || ':' ||"
                    + " coalesce(sum(hashtextextended(l::text, 0)::numeric), 0) FROM chaos_lists l WHERE key / "
                    + LISTS_PER_ROUND + " = ?)";

    private Statements() {}
}
