package io.pgprimacy.worker.restore;

import io.pgprimacy.backup.recovery.Programs;
import io.pgprimacy.backup.recovery.RecoverySettings;
import io.pgprimacy.backup.recovery.ScratchServer;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.WalPosition;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes a restored standby's directory a database system of its own, with a system identifier that nobody else has: what PostgreSQL, pg_rewind, the
 * agents and the repository tell two clusters apart by. Else a standby of the cluster that was copied could stream from the copy, and the other way
 * round, for as long as their WAL agrees.
 *
 * <p>In the order of PostgreSQL's own {@code pg_createsubscriber}: promoted and shut down clean, so that no WAL is needed; the identifier in
 * {@code pg_control}; new WAL by {@code pg_resetwal}. Then it is started once more as a primary, because {@code pg_resetwal} notes a {@code wal_level}
 * that no standby starts with. All of it happens where nobody can connect; a crash leaves a directory that is thrown away.
 */
final class NewSystem {
    private static final Duration LOOK = Duration.ofMillis(100);
    /** The end of recovery writes a checkpoint of everything that was replayed. */
    private static final Duration OPEN_WITHIN = Duration.ofMinutes(30);

    private static final String STANDBY_SIGNAL = "standby.signal";
    private static final String SUBSCRIPTIONS =
            "select s.oid, quote_ident(s.subname), d.datname from pg_subscription s join pg_database d on d.oid = s.subdbid";

    /** Nothing of it reaches out, and it can be opened and started as a standby later. */
    private static final List<String> ALONE = List.of(
            "wal_level=replica",
            "wal_log_hints=on",
            "synchronous_standby_names=",
            "primary_conninfo=",
            "restore_command=",
            "autovacuum=off",
            "max_logical_replication_workers=0");

    private final Programs programs;
    private final Path data;
    private final String user;

    NewSystem(Programs programs, Path data, String user) {
        this.programs = programs;
        this.data = data;
        this.user = user;
    }

    /** Returns the checkpoint with which its WAL ends. */
    WalPosition make() throws IOException {
        List<String> settings = new ArrayList<>(ALONE);
        new RecoverySettings(data).minimums().forEach((name, value) -> settings.add(name + "=" + value));
        try (ScratchServer server = open(settings)) {
            awaitUntil(server, () -> server.status().isPresent());
            requireDone(server.ask("template1", "select pg_promote(true, " + OPEN_WITHIN.toSeconds() + ")"), "promote");
            awaitUntil(server, server::isOpen);
            releaseSubscriptions(server);
            server.stop();
        }
        SystemIdentifier before = ControlFile.systemIdentifier(data);
        ControlFile.setSystemIdentifier(data, ControlFile.unusedIdentifier(Clock.systemUTC()));
        requireDone(programs.run(Map.of("LC_ALL", "C"), "pg_resetwal", "-D", data.toString()), "pg_resetwal");
        try (ScratchServer server = open(settings)) {
            awaitUntil(server, server::isOpen);
            server.stop();
        }
        if (ControlFile.systemIdentifier(data).equals(before)) {
            throw new IOException("the data is still database system " + before);
        }
        Files.createFile(data.resolve(STANDBY_SIGNAL));
        new Leftovers(data).remove();
        Durable.sync(data);
        return ControlFile.checkpoint(data);
    }

    private ScratchServer open(List<String> settings) throws IOException {
        return new ScratchServer(programs, data, user, Files.createTempDirectory("pgprimacy-clone"), settings);
    }

    private interface Look {
        boolean isThere() throws IOException;
    }

    private static void awaitUntil(ScratchServer server, Look look) throws IOException {
        long begun = System.nanoTime();
        while (!look.isThere()) {
            if (!server.isAlive() || System.nanoTime() - begun > OPEN_WITHIN.toNanos()) {
                throw new IOException("PostgreSQL has not opened; its log ends with\n" + server.lastLines());
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
    }

    /**
     * They would take over the slots at their publishers, and the cluster that was copied would miss what the copy is sent; dropped later, they would
     * drop those slots.
     */
    private static void releaseSubscriptions(ScratchServer server) throws IOException {
        Programs.Said said = server.ask("template1", SUBSCRIPTIONS);
        requireDone(said, "the subscriptions");
        for (String line : said.text().lines().toList()) {
            String[] columns = line.split("\\|", 3);
            if (columns.length == 3) {
                String subscription = "alter subscription " + columns[1];
                requireDone(server.ask(columns[2], subscription + " disable"), subscription);
                requireDone(server.ask(columns[2], subscription + " set (slot_name = none)"), subscription);
            }
        }
    }

    private static void requireDone(Programs.Said said, String what) throws IOException {
        if (!said.succeeded()) {
            throw new IOException(what + ": " + said.text().strip());
        }
    }
}
