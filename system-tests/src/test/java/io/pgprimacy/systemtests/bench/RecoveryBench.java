package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.backup.BackupTestBed;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "recovery",
        description = {
            "Recovery of one base backup by WAL from a directory (cp), from pgprimacy's repository and from pgBackRest's, in turns.",
            "Both repositories are encrypted and behind TLS in the same S3 endpoint. Needs pgbackrest, haproxy and openssl."
        })
final class RecoveryBench implements Callable<Integer> {
    @Option(names = "--runs", defaultValue = "5", description = "Of each (default: ${DEFAULT-VALUE}).")
    int runs;

    @Option(names = "--scale", defaultValue = "30", description = "Of pgbench (default: ${DEFAULT-VALUE}).")
    int scale;

    @Option(names = "--segments", defaultValue = "80", description = "Of pgbench's WAL (default: ${DEFAULT-VALUE}).")
    int segments;

    @Option(
            names = "--empty-segments",
            defaultValue = "200",
            description = "Nearly empty ones (default: ${DEFAULT-VALUE}).")
    int emptySegments;

    @Override
    public Integer call() throws Exception {
        Machine.useFreeMemoryOnce();
        try (TlsFront front = new TlsFront();
                BackupTestBed bed = new BackupTestBed(front)) {
            System.out.println("%d runs of each; pgbench scale %d; %d processors, load %s before; commit %s"
                    .formatted(
                            runs,
                            scale,
                            Runtime.getRuntime().availableProcessors(),
                            Machine.loadAverages(),
                            Machine.describeCommit()));
            ThreeArchives archives = ThreeArchives.start(bed, front, scale);
            contest(archives, "segments of pgbench's WAL", archives.busy(segments));
            contest(archives, "nearly empty segments", archives.nearlyEmpty(emptySegments));
            System.out.println("load " + Machine.loadAverages() + " at the end");
        }
        return 0;
    }

    private void contest(ThreeArchives archives, String what, long count) throws Exception {
        List<Replayed> contestants = List.of(
                new Replayed("cp", archives::byCopying),
                new Replayed("pgprimacy", archives::byOurs),
                new Replayed("pgBackRest", archives::byPgBackRest));
        for (int i = 0; i < runs; i++) {
            for (Replayed each : contestants) {
                each.runOnce();
            }
        }
        System.out.printf("recovery by %d %s%n", count, what);
        double first = contestants.getFirst().medianMillis();
        contestants.forEach(each -> each.report(count, first));
    }
}
