package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.postgres.SidePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The tablespaces of the server that a node is filled from, those outside of its data directory. */
record RemoteTablespaces(List<Tablespace> all) {
    private static final Duration QUERY_BOUND = Duration.ofSeconds(10);
    /** pg_tablespace_size looks at every file. */
    private static final Duration SIZE_BOUND = Duration.ofMinutes(5);

    private static final String LOCATIONS =
            "with t as materialized (select oid, pg_tablespace_location(oid) as location from pg_tablespace"
                    + " where pg_tablespace_location(oid) like '/%') ";
    private static final String SIZES =
            LOCATIONS + "select location, coalesce(pg_tablespace_size(oid), 0) from t order by oid";
    private static final String OCCUPIED_SIDES = LOCATIONS
            + "select location || '/' || entry from t, pg_ls_dir(location) entry where entry like 'pgprimacy.%'"
            + " and exists (select from pg_ls_dir(location || '/' || entry, true, false) inside where inside like 'PG\\_%')"
            + " order by 1 limit 1";

    /** @param location where its link leads, there */
    record Tablespace(Path location, long bytes) {
        Path home() {
            return Path.of(SidePlace.home(location.toString()));
        }
    }

    static RemoteTablespaces of(Upstream server) {
        return ask(server, SIZE_BOUND, SIZES, rows -> {
            List<Tablespace> all = new ArrayList<>();
            while (rows.next()) {
                all.add(new Tablespace(Path.of(rows.getString(1)), rows.getLong(2)));
            }
            return new RemoteTablespaces(List.copyOf(all));
        });
    }

    /** A side place there with data in it; pg_rewind would copy it. */
    static Optional<String> occupiedSide(Upstream server) {
        return ask(
                server,
                QUERY_BOUND,
                OCCUPIED_SIDES,
                rows -> rows.next() ? Optional.of(rows.getString(1)) : Optional.empty());
    }

    List<Path> homes() {
        return all.stream().map(Tablespace::home).toList();
    }

    /** Why there is no room for them here; empty where there is. */
    Optional<String> shortage() throws IOException {
        Map<Long, Long> needed = new TreeMap<>();
        for (Tablespace tablespace : all) {
            Path disk = existing(tablespace.home());
            long sum = needed.merge(device(disk), tablespace.bytes(), Long::sum);
            long free = Files.getFileStore(disk).getUsableSpace();
            if (free < sum) {
                return Optional.of("the tablespaces on the disk of " + tablespace.home() + " have " + sum
                        + " bytes, and there is room for " + free);
            }
        }
        return Optional.empty();
    }

    private static long device(Path path) throws IOException {
        return ((Number) Files.getAttribute(path, "unix:dev")).longValue();
    }

    private static Path existing(Path path) {
        Path existing = path;
        while (!Files.exists(existing)) {
            existing = Objects.requireNonNull(existing.getParent());
        }
        return existing;
    }

    private interface Read<T> {
        T from(ResultSet rows) throws SQLException;
    }

    private static <T> T ask(Upstream server, Duration bound, String question, Read<T> read) {
        try (AdminConnection remote = AdminConnection.to(server, "tablespaces")) {
            return remote.run(bound, open -> {
                try (Statement statement = open.createStatement();
                        ResultSet rows = statement.executeQuery(question)) {
                    return read.from(rows);
                }
            });
        }
    }
}
