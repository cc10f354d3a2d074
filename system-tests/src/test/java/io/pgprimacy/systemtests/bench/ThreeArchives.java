package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.backup.BackupTestBed;
import io.pgprimacy.systemtests.backup.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** One cluster whose WAL goes into a directory, into pgBackRest's repository and into ours; and recovery of its last backup from each of them. */
final class ThreeArchives {
    private static final Duration BOUND = Duration.ofMinutes(10);
    private static final Duration LOOKS_EVERY = Duration.ofMillis(5);
    private static final Pattern REDO = Pattern.compile("redo done at .* elapsed: ([0-9.]+) s");

    private final BackupTestBed bed;
    private final Server server;
    private final PgBackRest theirs;
    private final Path copies;
    private final Path restored;
    private final Path base;
    /** The segment in which the last backup was begun. */
    private String first = "";

    private ThreeArchives(BackupTestBed bed, Server server, PgBackRest theirs, Path copies) {
        this.bed = bed;
        this.server = server;
        this.theirs = theirs;
        this.copies = copies;
        this.restored = bed.directory.resolve("restored");
        this.base = bed.directory.resolve("base");
    }

    static ThreeArchives start(BackupTestBed bed, TlsFront front, int scale) throws IOException {
        Server server = BenchData.prepare(bed, "a", "archive_command = 'true'");
        server.start();
        BenchData.pgbench(server, "-i", "-q", "-s", Integer.toString(scale));
        server.sql("create table touched (n bigint)");
        server.sql("select pg_switch_wal()");
        PgBackRest theirs = PgBackRest.intoS3(bed, front, "pgbackrest", server);
        theirs.createStanza();
        Path copies = bed.directory.resolve("copies");
        BackupTestBed.asPostgres(List.of("mkdir", copies.toString())).expectSuccess();
        // It must be the keeper's alone, so the other two are given what lies in pg_wal.
        BenchData.configure(
                bed,
                server,
                "archive_command = 'sh " + bed.gate(server).resolve("archived") + " %f'",
                "wal_keep_size = 8GB");
        server.sql("select pg_reload_conf()");
        bed.startKeeper(server, 1, 1);
        return new ThreeArchives(bed, server, theirs, copies);
    }

    /** A backup, and so many segments or some more of what a busy server writes after it. Returns how many. */
    long busy(int segments) throws Exception {
        backUp();
        long before = archived();
        while (archived() - before < segments) {
            // After it each page that is changed goes into the WAL whole.
            server.sql("checkpoint");
            BenchData.pgbench(server, "-c", "4", "-j", "2", "-t", "5000");
        }
        return settle();
    }

    /** A backup, and so many segments after it of which each holds next to nothing. */
    long nearlyEmpty(int segments) throws Exception {
        backUp();
        server.script("insert into touched values (1); select pg_switch_wal();\n".repeat(segments));
        return settle();
    }

    private void backUp() throws Exception {
        first = server.sql("select pg_walfile_name(pg_current_wal_lsn())");
        BenchData.expectCompleted(bed.backup(server));
        BenchData.remove(base);
        bed.restore(base).expectSuccess();
    }

    /** All archives have the same. Returns how many segments there are since the backup was begun. */
    private long settle() throws IOException {
        String last = server.sql("select pg_walfile_name(pg_switch_wal())");
        Awaitility.await()
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> server.sql("select last_archived_wal from pg_stat_archiver")
                                .compareTo(last)
                        >= 0);
        List<Path> fresh;
        try (Stream<Path> files = Files.list(server.data().resolve("pg_wal"))) {
            fresh = files.filter(file -> isArchived(file, last)).sorted().toList();
        }
        for (Path segment : fresh) {
            theirs.push(segment);
            BackupTestBed.asPostgres(List.of("cp", segment.toString(), copies.toString()))
                    .expectSuccess();
        }
        bed.awaitStored(server);
        return fresh.stream()
                .filter(segment -> String.valueOf(segment.getFileName()).compareTo(first) >= 0)
                .count();
    }

    private boolean isArchived(Path file, String last) {
        String name = String.valueOf(file.getFileName());
        return name.matches("[0-9A-F]{24}") && name.compareTo(last) <= 0 && !Files.exists(copies.resolve(name));
    }

    private long archived() {
        return Long.parseLong(server.sql("select archived_count from pg_stat_archiver"));
    }

    Replayed.Run byCopying() throws Exception {
        return fromBase("cp " + copies + "/%f \"%p\"");
    }

    Replayed.Run byPgBackRest() throws Exception {
        return fromBase(theirs.archiveGet(restored));
    }

    private Replayed.Run fromBase(String restoreCommand) throws Exception {
        BackupTestBed.asPostgres(List.of("cp", "-a", base.toString(), restored.toString()))
                .expectSuccess();
        Files.writeString(
                restored.resolve("postgresql.auto.conf"),
                "archive_mode = off\nrestore_command = '" + restoreCommand + "'\n",
                StandardOpenOption.APPEND);
        BackupTestBed.asPostgres(
                        List.of("touch", restored.resolve("recovery.signal").toString()))
                .expectSuccess();
        return recover();
    }

    /** As {@code rescue} does it for a server that is started by somebody else. */
    Replayed.Run byOurs() throws Exception {
        CompletableFuture<Void> feeding = CompletableFuture.runAsync(
                () -> bed.restore(restored, "--to", "latest").expectSuccess());
        Awaitility.await()
                .atMost(BOUND)
                .until(() -> feeding.isDone() || Files.exists(restored.resolve("recovery.signal")));
        Replayed.Run run = recover();
        feeding.join();
        return run;
    }

    private Replayed.Run recover() throws Exception {
        // Whoever prepared the directory has left more or less for the kernel to write.
        BackupTestBed.asPostgres(List.of("sync")).expectSuccess();
        Path log = Path.of(restored + ".log");
        BackupTestBed.asPostgres(List.of("rm", "-f", log.toString())).expectSuccess();
        Server copy = bed.running("restored", restored, BackupTestBed.freePort());
        long processor = Machine.processorMillis();
        long begun = System.nanoTime();
        copy.program(
                        "pg_ctl",
                        "-W",
                        "-D",
                        restored.toString(),
                        "-l",
                        log.toString(),
                        "-o",
                        "-c port=" + copy.port() + " -c lc_messages=C",
                        "start")
                .expectSuccess();
        Awaitility.await().atMost(BOUND).pollInterval(LOOKS_EVERY).until(() -> isOpen(log));
        double millis = (System.nanoTime() - begun) / 1e6;
        processor = Machine.processorMillis() - processor;
        expectAll(copy);
        copy.stop("immediate");
        double redo = redoMillis(log);
        BenchData.remove(restored);
        return new Replayed.Run(millis, redo, processor);
    }

    /** By its log: in the postmaster's own file a hot standby is as ready as a primary, and a client would take part. */
    private static boolean isOpen(Path log) throws IOException {
        return Files.exists(log) && Files.readString(log).contains("database system is ready to accept connections");
    }

    /** A recovery that ended early would win. */
    private void expectAll(Server copy) {
        String question = "select (select count(*) from pgbench_history) || ' ' || (select count(*) from touched)";
        String wanted = server.sql(question);
        String there = copy.sql(question);
        if (!there.equals(wanted)) {
            throw new IllegalStateException("recovered " + there + " rows of " + wanted);
        }
    }

    private static double redoMillis(Path log) throws IOException {
        Matcher redo = REDO.matcher(Files.readString(log));
        if (!redo.find()) {
            throw new IllegalStateException(log + " does not say how long redo took");
        }
        return 1000 * Double.parseDouble(redo.group(1));
    }
}
