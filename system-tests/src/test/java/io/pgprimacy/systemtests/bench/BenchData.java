package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.backup.BackupTestBed;
import io.pgprimacy.systemtests.backup.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What is backed up and archived by {@link BackupBench}, and by others. */
final class BenchData {
    private static final String[] SETTINGS = {
        "shared_buffers = 512MB", "max_wal_size = 8GB", "archive_mode = on", "archive_command = 'false'"
    };

    private BenchData() {}

    /** pgbench's tables, a table of text and JSON with indexes, and many small tables. */
    static Server start(BackupTestBed bed, int scale, int smallTables) throws IOException {
        Server server = prepare(bed, "a", "archive_command = 'true'");
        server.start();
        pgbench(server, "-i", "-q", "-s", Integer.toString(scale));
        server.sql("create table docs as select i, md5(i::text) || repeat(md5((i * 7)::text), 4) as words, "
                + "jsonb_build_object('id', i, 'name', md5(i::text), 'tags', array[i % 10, i % 100], 'at', now()) as doc "
                + "from generate_series(1, " + 20_000L * scale + ") i");
        server.sql("create index on docs (i)");
        server.sql("create index on docs (words)");
        server.sql("do $$ begin for n in 1.." + smallTables
                + " loop execute format('create table small_%s as select n as i, md5(n::text) as t from generate_series(1, 50) n', n);"
                + " if n % 200 = 0 then commit; end if; end loop; end $$");
        server.sql("vacuum analyze");
        server.sql("checkpoint");
        return server;
    }

    /** A data directory at rest, with at least so many segments that wait to be archived. */
    static Path behind(BackupTestBed bed, int segments) throws IOException {
        Server server = prepare(bed, "behind", "wal_keep_size = 8GB");
        server.start();
        pgbench(server, "-i", "-q", "-s", "20");
        while (waiting(server) < segments) {
            // After it each page that is changed goes into the WAL whole: most of what a busy server writes.
            server.sql("checkpoint");
            pgbench(server, "-c", "4", "-j", "2", "-t", "5000");
        }
        server.stop("immediate");
        return server.data();
    }

    private static long waiting(Server server) {
        return Long.parseLong(server.sql("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'"));
    }

    static Server copy(BackupTestBed bed, Path of, String name) throws IOException {
        Path target = bed.directory.resolve(name);
        BackupTestBed.asPostgres(List.of("cp", "-a", of.toString(), target.toString()))
                .expectSuccess();
        Server server = bed.server(name, target);
        server.configure("unix_socket_directories = '" + bed.directory + "'");
        return server;
    }

    static Server prepare(BackupTestBed bed, String name, String setting) throws IOException {
        Server server = bed.initdb(name, "--data-checksums");
        configure(bed, server, setting);
        return server;
    }

    /** All of it at once: each call begins with what tests want, a small shared_buffers for one. */
    static void configure(BackupTestBed bed, Server server, String... settings) throws IOException {
        server.configure(Stream.of(
                        Stream.of(SETTINGS),
                        Stream.of("unix_socket_directories = '" + bed.directory + "'"),
                        Stream.of(settings))
                .flatMap(each -> each)
                .toArray(String[]::new));
    }

    static void pgbench(Server server, String... options) {
        String[] all = Stream.concat(
                        Stream.of("-h", "127.0.0.1", "-p", "" + server.port(), "-U", "postgres"),
                        Stream.concat(Stream.of(options), Stream.of("postgres")))
                .toArray(String[]::new);
        server.program("pgbench", all).expectSuccess();
    }

    static void expectCompleted(List<String> events) {
        if (!events.getLast().contains("\"completed\"")) {
            throw new IllegalStateException("the backup failed: " + events.getLast());
        }
    }

    /** Of all files but WAL, in bytes. */
    static long sizeOf(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> !file.startsWith(data.resolve("pg_wal")))
                    .filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    static void remove(Path directory) {
        BackupTestBed.asPostgres(List.of("rm", "-rf", directory.toString())).expectSuccess();
    }
}
