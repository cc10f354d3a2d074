package io.pgprimacy.systemtests.chains;

import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.backup.BackupTestBed;
import io.pgprimacy.systemtests.backup.Server;
import io.pgprimacy.systemtests.chains.ChainPlan.By;
import io.pgprimacy.systemtests.chains.ChainPlan.Goal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Restores with nothing but the bucket and the key, and compares what comes back with what was there. */
final class Judge {
    private static final String VISIBILITY = """
            select coalesce(sum(n), 0) from (
              select (select count(*) from pg_check_visible(oid)) + (select count(*) from pg_check_frozen(oid))
                + (select count(*) from pg_visibility(oid) where all_visible and not pd_all_visible) n
              from pg_class where relkind in ('r', 'm', 't') and relpersistence = 'p') wrong
            """;
    private static final String SUMS = """
            select (select sum(abalance) from pgbench_accounts) = d and (select sum(tbalance) from pgbench_tellers) = d
              and (select sum(bbalance) from pgbench_branches) = d
            from (select coalesce(sum(delta), 0) d from pgbench_history) history
            """;

    private final BackupTestBed bed;
    private final ChainPlan plan;
    private int restores;

    Judge(BackupTestBed bed, ChainPlan plan) {
        this.bed = bed;
        this.plan = plan;
    }

    /** Everything that a client can read, whatever the places of the tablespaces. */
    static String content(Server server) {
        return server.dump().replaceAll("(?m)^(CREATE TABLESPACE .*) LOCATION '.*'", "$1");
    }

    /** Returns what is wrong. */
    List<String> judge(Goal goal, Point point) throws IOException {
        List<String> wrong = new ArrayList<>();
        String name = "restored-" + restores++;
        Path target = bed.directory.resolve(name);
        // Replay creates tablespaces where they were: on a new host these places are empty.
        Path places = Cast.places(bed);
        BackupTestBed.asPostgres(List.of("find", places.toString(), "-mindepth", "3", "-delete"))
                .expectSuccess();
        Server restored;
        try {
            restored = goal.by() == By.BACKUP ? fromBackup(name, target, point) : recovered(name, target, goal, point);
        } catch (AssertionError e) {
            wrong.add(String.valueOf(e.getMessage()));
            return wrong;
        }
        compare(goal, point, restored, wrong);
        expect(wrong, amcheck(restored));
        restored.sql("create extension if not exists pg_visibility");
        expect(wrong, "pages wrong by pg_visibility", "0", restored.sql(VISIBILITY));
        restored.stop("fast");
        if (plan.checksums()) {
            expect(wrong, restored.program("pg_checksums", "--check", "-D", target.toString()));
        }
        if (wrong.isEmpty()) {
            BackupTestBed.asPostgres(List.of("rm", "-rf", target.toString())).expectSuccess();
        }
        return wrong;
    }

    private Server fromBackup(String name, Path target, Point point) throws IOException {
        bed.restore(target, point.options(By.BACKUP).toArray(String[]::new)).expectSuccess();
        Server server = bed.running(name, target, BackupTestBed.freePort());
        server.program("pg_verifybackup", target.toString()).expectSuccess();
        server.configure("archive_mode = off");
        server.start();
        return server;
    }

    private Server recovered(String name, Path target, Goal goal, Point point) {
        int port = BackupTestBed.freePort();
        List<String> options = new ArrayList<>(point.options(goal.by()));
        options.addAll(List.of("--start", "--postgres-options", "-c port=" + port));
        Server server = bed.running(name, target, port);
        bed.restore(target, options.toArray(String[]::new)).expectSuccess();
        return server;
    }

    private static void compare(Goal goal, Point point, Server restored, List<String> wrong) {
        expect(wrong, "pgbench's sums agree", "t", restored.sql(SUMS));
        if (goal.by() == By.BACKUP) {
            return;
        }
        expect(
                wrong,
                "marks",
                point.mark().number() + "|" + (point.mark().number() + 1),
                restored.sql("select max(number), count(*) from marks"));
        if (point.mark().quiet()) {
            firstDifference(point.content(), content(restored)).ifPresent(wrong::add);
        }
    }

    private static Optional<String> firstDifference(String expected, String found) {
        Iterator<String> there = found.lines().iterator();
        String object = "";
        for (String line : expected.lines().toList()) {
            object = line.startsWith("-- Name:") || line.startsWith("COPY ") ? line : object;
            String other = there.hasNext() ? there.next() : "the end";
            if (!line.equals(other)) {
                return Optional.of("the dump differs in " + object + ": was " + line + ", is " + other);
            }
        }
        return there.hasNext() ? Optional.of("the dump has more: " + there.next()) : Optional.empty();
    }

    private static Command.Result amcheck(Server server) {
        return server.program(
                "pg_amcheck",
                "-h",
                "127.0.0.1",
                "-p",
                "" + server.port(),
                "-U",
                "postgres",
                "--all",
                "--install-missing",
                "--heapallindexed",
                "--parent-check");
    }

    private static void expect(List<String> wrong, Command.Result result) {
        if (result.exitCode() != 0) {
            wrong.add(result.toString());
        }
    }

    private static void expect(List<String> wrong, String what, String expected, String found) {
        if (!expected.equals(found)) {
            wrong.add(what + ": expected " + expected + ", found " + found);
        }
    }
}
