package io.pgprimacy.agent.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Has PostgreSQL read its configuration files again, and asks it what it finds wrong with them: by itself it tells only its log. */
public final class ConfigurationReload {
    private static final Duration POLL = Duration.ofMillis(5);
    private static final int MOST_TOLD = 5;

    private static final String READ_AT = "select extract(epoch from pg_conf_load_time())";

    /** Looking at the files finds out, in this session, which parameters wait for a restart: that is no fault of theirs. */
    private static final String LOOK = "select count(*) from pg_file_settings";

    private static final String WRONG = """
            select file, line, what from (
              select 1 as kind, f.sourcefile as file, f.sourceline as line, concat_ws(': ', f.name, f.error) as what
              from pg_file_settings f
              where f.error is not null
                and f.error not like 'parameter % cannot be changed without restarting the server'
                and not exists (select from pg_settings s where lower(s.name) = lower(f.name) and s.pending_restart)
              union all
              select 2, current_setting('hba_file'), h.line_number, h.error
              from pg_hba_file_rules h where h.error is not null
              union all
              select 3, current_setting('ident_file'), i.line_number, i.error
              from pg_ident_file_mappings i where i.error is not null) w
            order by kind, file, line""";

    private final PostgresInstance instance;

    public ConfigurationReload(PostgresInstance instance) {
        this.instance = instance;
    }

    /**
     * Throws {@link PostgresFailure} where PostgreSQL does not answer, or has not read its configuration within the bound.
     *
     * @return what it could not take over; one wrong line may keep it from taking over any other
     */
    public Optional<String> run(Duration bound) {
        // Its own connection: whoever stops PostgreSQL closes the one of the other commands first, and does not wait
        // for this.
        try (AdminConnection connection = AdminConnection.of(instance.settings(), "reload")) {
            double before = connection.run(bound, ConfigurationReload::readAt);
            if (!instance.reload()) {
                throw new PostgresFailure(
                        PostgresFailure.Reason.NOT_APPLICABLE,
                        instance.settings().node() + " does not run, so it reads no configuration");
            }
            List<String> wrong = connection.run(bound, ConfigurationReload::wrong);
            if (wrong.isEmpty()
                    && !Await.until(bound, POLL, () -> connection.run(bound, ConfigurationReload::readAt) > before)) {
                throw new PostgresFailure(
                        PostgresFailure.Reason.TIMED_OUT,
                        instance.settings().node() + " has not read its configuration within " + bound.toMillis()
                                + " ms");
            }
            return told(wrong);
        }
    }

    private static Optional<String> told(List<String> wrong) {
        String more = wrong.size() > MOST_TOLD ? "; and " + (wrong.size() - MOST_TOLD) + " more" : "";
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of(wrong.stream().limit(MOST_TOLD).collect(Collectors.joining("; ")) + more);
    }

    private static double readAt(Connection open) throws SQLException {
        try (Statement statement = open.createStatement();
                ResultSet row = statement.executeQuery(READ_AT)) {
            row.next();
            return row.getDouble(1);
        }
    }

    private static List<String> wrong(Connection open) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute(LOOK);
            List<String> wrong = new ArrayList<>();
            try (ResultSet row = statement.executeQuery(WRONG)) {
                while (row.next()) {
                    String file = Rows.text(row, 1).map(f -> f + ", ").orElse("");
                    String line = Rows.text(row, 2).map(l -> "line " + l + ": ").orElse("");
                    wrong.add(file + line + row.getString(3));
                }
            }
            return wrong;
        }
    }
}
