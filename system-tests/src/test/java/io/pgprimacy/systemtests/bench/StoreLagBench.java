package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.Database;
import io.pgprimacy.systemtests.backup.BackupTestBed;
import io.pgprimacy.systemtests.backup.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "store-lag",
        description = {
            "How long it takes from a commit until its WAL lies in the bucket, so that it would survive the loss of every host.",
            "Under pgbench; by the names of the objects that are there, looked at 50 times a second."
        })
final class StoreLagBench implements Callable<Integer> {
    private static final Duration LOOKS_EVERY = Duration.ofMillis(20);

    @Option(names = "--seconds", defaultValue = "120", description = "For how long (default: ${DEFAULT-VALUE}).")
    int seconds;

    @Option(names = "--scale", defaultValue = "10", description = "Of pgbench (default: ${DEFAULT-VALUE}).")
    int scale;

    @Option(
            names = "--rate",
            defaultValue = "300",
            description = "Its transactions a second (default: ${DEFAULT-VALUE}).")
    int rate;

    /** @param lsn where WAL ended when it was acknowledged, in bytes */
    private record Commit(long lsn, long nanos) {}

    @Override
    public Integer call() throws Exception {
        try (BackupTestBed bed = new BackupTestBed(new AsAgentsStartIt())) {
            Server server = bed.initdbArchiving("a");
            server.start();
            BenchData.pgbench(server, "-i", "-q", "-s", Integer.toString(scale));
            server.sql("create table probe (n bigint generated always as identity)");
            bed.startKeeper(server, 1, 1);
            bed.awaitStored(server);
            System.out.println(
                    "pgbench scale %d, %d transactions a second for %d s; %d processors, load %s before; commit %s"
                            .formatted(
                                    scale,
                                    rate,
                                    seconds,
                                    Runtime.getRuntime().availableProcessors(),
                                    Machine.loadAverages(),
                                    Machine.describeCommit()));
            Thread load = Thread.ofVirtual()
                    .start(() -> BenchData.pgbench(server, "-c", "2", "-R", "" + rate, "-T", "" + seconds));
            List<Double> lags = lags(bed, server);
            load.join();
            System.out.println("from commit to bucket: %s; p99 %.0f ms; load %s after"
                    .formatted(Distribution.of(lags), Distribution.percentile(lags, 0.99), Machine.loadAverages()));
        }
        return 0;
    }

    private List<Double> lags(BackupTestBed bed, Server server) throws InterruptedException {
        Queue<Commit> commits = new ConcurrentLinkedQueue<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Thread client = Thread.ofVirtual().start(() -> commit(server, commits, end));
        StoredEnd stored = new StoredEnd(bed.directory.resolve("s3/backups/clusters/demo/1/wal/00000001"));
        List<Double> lags = new ArrayList<>();
        while (client.isAlive() || !commits.isEmpty()) {
            long upTo = stored.look();
            long now = System.nanoTime();
            while (!commits.isEmpty() && commits.peek().lsn() <= upTo) {
                lags.add((now - commits.remove().nanos()) / 1e6);
            }
            TimeUnit.NANOSECONDS.sleep(LOOKS_EVERY.toNanos());
        }
        return lags;
    }

    /** Some twenty a second, beside the load. */
    private static void commit(Server server, Queue<Commit> commits, long end) {
        try (Connection connection = Database.connect(server.port());
                Statement statement = connection.createStatement()) {
            while (System.nanoTime() < end) {
                statement.execute("insert into probe default values");
                long nanos = System.nanoTime();
                try (ResultSet row = statement.executeQuery("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn")) {
                    row.next();
                    commits.add(new Commit(row.getLong(1), nanos));
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
