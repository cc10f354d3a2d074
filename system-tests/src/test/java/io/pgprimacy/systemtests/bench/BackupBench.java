package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.backup.BackupTestBed;
import io.pgprimacy.systemtests.backup.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "backup",
        description = {
            "Full backup, restore and archiving of a backlog, beside this system's pgBackRest, in turns, on the same data.",
            "Both encrypt and speak TLS to the same S3 endpoint, with two processes or workers and zstd level 1. Needs pgbackrest, haproxy and openssl."
        })
final class BackupBench implements Callable<Integer> {
    @Option(names = "--runs", defaultValue = "5", description = "Of each (default: ${DEFAULT-VALUE}).")
    int runs;

    @Option(names = "--scale", defaultValue = "100", description = "Of pgbench (default: ${DEFAULT-VALUE}).")
    int scale;

    @Option(names = "--small-tables", defaultValue = "2000", description = "Beside it (default: ${DEFAULT-VALUE}).")
    int smallTables;

    @Option(names = "--segments", defaultValue = "100", description = "Of the backlog (default: ${DEFAULT-VALUE}).")
    int segments;

    @Override
    public Integer call() throws Exception {
        Machine.useFreeMemoryOnce();
        try (TlsFront front = new TlsFront();
                BackupTestBed bed = new BackupTestBed(front)) {
            System.out.println(
                    "%d runs of each; pgbench scale %d, %d small tables; %d processors, load %s before; commit %s"
                            .formatted(
                                    runs,
                                    scale,
                                    smallTables,
                                    Runtime.getRuntime().availableProcessors(),
                                    Machine.loadAverages(),
                                    Machine.describeCommit()));
            files(bed, front);
            backlog(bed, front);
            System.out.println("load " + Machine.loadAverages() + " at the end");
        }
        return 0;
    }

    private void files(BackupTestBed bed, TlsFront front) throws Exception {
        Server server = BenchData.start(bed, scale, smallTables);
        long bytes = BenchData.sizeOf(server.data());
        PgBackRest theirs = PgBackRest.intoS3(bed, front, "pgbackrest", server);
        PgBackRest plain = PgBackRest.intoDirectory(bed, "plain", server);
        theirs.createStanza();
        plain.createStanza();
        server.configure("archive_command = '" + theirs.archivePush() + "'");
        server.sql("select pg_reload_conf()");

        List<String> learned = learned(bed, front, server);
        Contest backups = new Contest("full backup", bytes);
        Contest restores = new Contest("restore", bytes);
        for (int i = 0; i < runs; i++) {
            Path target = bed.directory.resolve("restored");
            backups.time("pgprimacy", () -> BenchData.expectCompleted(bed.backup(server)));
            front.workersUse(learned);
            backups.time("pgprimacy that has learned", () -> BenchData.expectCompleted(bed.backup(server)));
            front.workersUse(List.of());
            backups.time("pgBackRest", theirs::backup);
            backups.time("pgBackRest plain, to a directory", () -> plain.backup("--no-archive-check"));
            restores.time("pgprimacy", () -> bed.restore(target).expectSuccess());
            BenchData.remove(target);
            restores.time("pgBackRest", () -> theirs.restore(target));
            BenchData.remove(target);
        }
        backups.report();
        restores.report();
        server.stop("fast");
    }

    /** As {@code storage.backup.learn} has it. */
    private static List<String> learned(BackupTestBed bed, TlsFront front, Server server) throws Exception {
        List<String> flags = new ArrayList<>();
        bed.learn(server, next -> {
            flags.clear();
            flags.addAll(next);
            front.workersUse(next);
        });
        front.workersUse(List.of());
        return flags;
    }

    /** Both start on copies of one data directory, whose WAL nobody has archived yet. */
    private void backlog(BackupTestBed bed, TlsFront front) throws Exception {
        Path behind = BenchData.behind(bed, segments);
        long waiting;
        try (Stream<Path> ready = Files.list(behind.resolve("pg_wal/archive_status"))) {
            waiting = ready.filter(file -> file.toString().endsWith(".ready")).count();
        }
        Contest pushes = new Contest("archiving of " + waiting + " segments", waiting << 24);
        for (int i = 1; i <= runs; i++) {
            int run = i;
            List<Process> keeper = new ArrayList<>();
            Server ours = BenchData.copy(bed, behind, "ours-" + i);
            ours.configure("archive_command = 'sh " + bed.gate(ours).resolve("archived") + " %f'");
            StoredWal oursStored = new StoredWal(bed.directory.resolve("s3/backups/clusters/demo/" + (i + 1) + "/wal"));
            pushes.time("pgprimacy", () -> {
                ours.start();
                keeper.add(bed.startKeeper(ours, 1, 1, "incarnation=" + (run + 1)));
                oursStored.await(waiting);
            });
            keeper.forEach(Process::destroyForcibly);
            ours.stop("immediate");
            BenchData.remove(ours.data());

            Server other = BenchData.copy(bed, behind, "theirs-" + i);
            PgBackRest theirs = PgBackRest.intoS3(bed, front, "push-" + i, other);
            other.start();
            theirs.createStanza();
            other.stop("immediate");
            other.configure("archive_command = '" + theirs.archivePush() + "'");
            pushes.time("pgBackRest", () -> {
                other.start();
                theirs.stored().await(waiting);
            });
            other.stop("immediate");
            BenchData.remove(other.data());
        }
        pushes.report();
    }
}
