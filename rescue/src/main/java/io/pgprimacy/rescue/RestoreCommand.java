package io.pgprimacy.rescue;

import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.restore.DataDirectoryRestore;
import io.pgprimacy.backup.restore.DataDirectoryRestore.Outcome;
import io.pgprimacy.backup.restore.DataDirectoryRestore.Settings;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.restore.StoredBackup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "restore",
        description = {
            "Restores a backup into an empty directory, every file verified.",
            "Run it as the user that PostgreSQL runs as. Then start PostgreSQL on it: it replays the WAL that the backup holds, and opens.",
            "With --to it goes on from there with the WAL archive, to any point up to the newest WAL."
        },
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    private static final long REPORT_EVERY = Duration.ofSeconds(2).toNanos();

    @Mixin
    RepositoryOptions repository = new RepositoryOptions();

    @Mixin
    RepositoryOptions.Keys keys = new RepositoryOptions.Keys();

    @Option(names = "--cluster", required = true, paramLabel = "NAME", description = "Whose backup.")
    String cluster = "";

    @Option(
            names = "--backup",
            paramLabel = "ID",
            description = "Which one (default: ${DEFAULT-VALUE}; with --to: the last one before it).")
    String backup = "latest";

    @Option(
            names = "--target",
            required = true,
            paramLabel = "DIR",
            description = "The new data directory; empty, or not there.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Path target;

    @Option(
            names = "--tablespace",
            paramLabel = "OID=DIR",
            description = "Puts a tablespace elsewhere than it was. May be repeated.")
    Map<Long, Path> tablespaces = new TreeMap<>();

    @Option(names = "--workers", paramLabel = "N", description = "Groups restored at once (default: ${DEFAULT-VALUE}).")
    int workers = Math.max(2, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--accept-suspect",
            description = "Also a backup with pages whose checksum was wrong when it was taken.")
    boolean acceptSuspect;

    @Mixin
    RecoveryOptions recovery = new RecoveryOptions();

    @Override
    public Integer call() throws IOException {
        if (!recovery.wanted() && (recovery.start || recovery.exclusive)) {
            throw new IllegalArgumentException("--start and --to-exclusive go with --to");
        }
        Bucket bucket = repository.open();
        Backups backups = Backups.in(bucket, cluster);
        Manifest named = backups.find(backup)
                .orElseThrow(() -> new RestoreRefused(
                        "cluster " + cluster + " has no backup " + backup,
                        "pgprimacy rescue list shows what there is"));
        if (!recovery.wanted()) {
            restore(bucket, named);
            return 0;
        }
        Optional<String> only = backup.equals("latest") ? Optional.empty() : Optional.of(backup);
        List<Manifest> ofThisLife = backups.manifests().stream()
                .filter(b -> b.incarnation().equals(named.incarnation()))
                .toList();
        Recovery plan = Recovery.prepare(bucket, keys.read(), ofThisLife, only, recovery, target);
        restore(bucket, plan.backup());
        plan.run();
        return 0;
    }

    private void restore(Bucket bucket, Manifest chosen) throws IOException {
        System.err.println("restoring " + chosen.id() + " of " + chosen.cluster() + ", "
                + chosen.totals().bytes() + " bytes in " + chosen.totals().files() + " files, to " + target);
        StoredBackup stored = StoredBackup.open(chosen.place(), keys.read(), bucket);
        long begun = System.nanoTime();
        AtomicLong reported = new AtomicLong(begun);
        Outcome outcome = new DataDirectoryRestore(stored, new Settings(target, tablespaces, workers, acceptSuspect))
                .run((files, bytes) -> report(reported, files, bytes));
        double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;
        System.err.printf(
                "restored %d files, %d bytes in %.1f s; consistent from %s on timeline %s%n",
                outcome.files(),
                outcome.bytes(),
                seconds,
                chosen.stop().lsn(),
                chosen.postgres().timeline());
    }

    private static void report(AtomicLong reported, long files, long bytes) {
        long before = reported.get();
        long now = System.nanoTime();
        if (now - before > REPORT_EVERY && reported.compareAndSet(before, now)) {
            System.err.println("  " + files + " files, " + bytes + " bytes");
        }
    }
}
