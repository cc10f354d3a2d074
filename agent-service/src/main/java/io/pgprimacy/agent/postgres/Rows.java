package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Columns that may be null, as values. */
final class Rows {
    private Rows() {}

    static Optional<String> text(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).filter(text -> !text.isEmpty());
    }

    static Optional<Lsn> lsn(ResultSet row, int column) throws SQLException {
        return text(row, column).map(Lsn::parse);
    }

    static Optional<TimelineId> timeline(ResultSet row, int column) throws SQLException {
        return text(row, column)
                .map(Long::parseLong)
                .filter(number -> number > 0)
                .map(TimelineId::new);
    }

    static Optional<Integer> number(ResultSet row, int column) throws SQLException {
        return text(row, column).map(Integer::parseInt);
    }

    /** From seconds since 1970 with a fraction. */
    static Instant instant(ResultSet row, int column) throws SQLException {
        return instant(row.getDouble(column));
    }

    static Instant instant(double secondsSince1970) {
        return Instant.ofEpochMilli(Math.round(secondsSince1970 * 1000));
    }

    /** From seconds with a fraction. */
    static Optional<Duration> duration(ResultSet row, int column) throws SQLException {
        return text(row, column).map(Double::parseDouble).map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)));
    }
}
