package io.pgprimacy.systemtests;

import java.time.Duration;
import java.util.function.IntConsumer;
import tools.jackson.databind.JsonNode;

/**
 * A primary whose last writes were acknowledged and stayed with it; then it lost power, and another one took over.
 *
 * @param offset of the log before that
 * @param relation where the rows lie that nobody else has, as pg_waldump names it
 */
public record Diverged(SandboxUnderTest sandbox, String node, long offset, String relation) {
    /** Rows that it had and nobody else. */
    public static final int ROWS = 1000;

    private static final Duration EVENT_BOUND = Duration.ofSeconds(60);

    public static Diverged make(SandboxUnderTest sandbox) {
        return make(sandbox, port -> {});
    }

    /** @param alone done on that primary when nobody receives its WAL any more */
    public static Diverged make(SandboxUnderTest sandbox, IntConsumer alone) {
        sandbox.waitHealthy();
        ClusterNow before = sandbox.look();
        long offset = sandbox.lastOffset();
        Host primary = Host.of(sandbox, before.primary());
        int port = before.primaryPort();
        Database.execute(port, "CREATE TABLE IF NOT EXISTS doomed (n integer)");
        String relation = Database.ask(
                port,
                "SELECT 'rel 1663/' || d.oid || '/' || pg_relation_filenode('doomed')"
                        + " FROM pg_database d WHERE datname = current_database()");
        Processes.signal("STOP", primary.backendsNamed("walsender"));
        Database.execute(port, "INSERT INTO doomed SELECT generate_series(1, " + ROWS + ")");
        alone.accept(port);
        String end = Database.ask(port, "SELECT pg_current_wal_flush_lsn()");
        Eventually.until(
                "the log knows how far the primary was",
                EVENT_BOUND,
                () -> Database.ask(
                                port,
                                "SELECT '"
                                        + sandbox.look()
                                                .member(before.primary())
                                                .document()
                                                .path("receivedLsn")
                                                .asString()
                                        + "'::pg_lsn >= '" + end + "'")
                        .equals("t"));
        primary.losePower();
        sandbox.awaitEvent("Promoted", offset, EVENT_BOUND, e -> true);
        return new Diverged(sandbox, before.primary(), offset, relation);
    }

    /** What that node has stated since. */
    public JsonNode await(String event) {
        return sandbox.awaitEvent(
                event,
                offset,
                EVENT_BOUND,
                e -> e.path("event").path("node").asString("").equals(node));
    }
}
