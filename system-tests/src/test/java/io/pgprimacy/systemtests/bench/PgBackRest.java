package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.backup.BackupTestBed;
import io.pgprimacy.systemtests.backup.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This system's own pgBackRest, with a repository of its own for each name. */
final class PgBackRest {
    private final BackupTestBed bed;
    private final String name;
    private final Path config;

    private PgBackRest(BackupTestBed bed, String name, Server server, String repository) throws IOException {
        this.bed = bed;
        this.name = name;
        Path directory = bed.directory.resolve("pgbackrest-" + name);
        BackupTestBed.asPostgres(List.of("mkdir", "-p", directory + "/spool", directory + "/lock"))
                .expectSuccess();
        config = Files.writeString(bed.directory.resolve("pgbackrest-" + name + ".conf"), """
                [global]
                %s
                repo1-bundle=y
                repo1-retention-full=1000
                start-fast=y
                process-max=2
                compress-type=zst
                compress-level=1
                archive-async=y
                spool-path=%s/spool
                lock-path=%s/lock
                log-level-file=off
                log-level-console=warn

                [bench]
                pg1-path=%s
                pg1-port=%d
                pg1-socket-path=%s
                pg1-user=postgres
                """.formatted(
                        repository, directory, directory, server.data(), server.port(), bed.directory));
    }

    /** Encrypted, into a bucket of the bed's S3 endpoint. */
    static PgBackRest intoS3(BackupTestBed bed, TlsFront front, String name, Server server) throws IOException {
        Files.createDirectories(bed.directory.resolve("s3").resolve(name));
        return new PgBackRest(bed, name, server, """
                repo1-type=s3
                repo1-path=/
                repo1-s3-bucket=%s
                repo1-s3-endpoint=127.0.0.1
                repo1-storage-port=%d
                repo1-storage-verify-tls=n
                repo1-s3-uri-style=path
                repo1-s3-region=us-east-1
                repo1-s3-key=%s
                repo1-s3-key-secret=%s
                repo1-cipher-type=aes-256-cbc
                repo1-cipher-pass=of-the-bench""".formatted(
                        name, front.port(), BackupTestBed.ACCESS_KEY, BackupTestBed.SECRET_KEY));
    }

    /** Plain, into a directory. */
    static PgBackRest intoDirectory(BackupTestBed bed, String name, Server server) throws IOException {
        Path repository = bed.directory.resolve("repository-" + name);
        BackupTestBed.asPostgres(List.of("mkdir", "-p", repository.toString())).expectSuccess();
        return new PgBackRest(bed, name, server, "repo1-type=posix\nrepo1-path=" + repository);
    }

    /** For {@code archive_command}. */
    String archivePush() {
        return "pgbackrest --config=" + config + " --stanza=bench archive-push %p";
    }

    /** For {@code restore_command} in that directory. */
    String archiveGet(Path data) {
        return "pgbackrest --config=" + config + " --stanza=bench --pg1-path=" + data + " archive-get %f \"%p\"";
    }

    /** One segment, and returns when it is there. */
    void push(Path segment) {
        run("--no-archive-async", "archive-push", segment.toString());
    }

    void createStanza() {
        run("stanza-create");
    }

    void backup(String... options) {
        List<String> all = new ArrayList<>(List.of("--type=full"));
        all.addAll(List.of(options));
        all.add("backup");
        run(all.toArray(String[]::new));
    }

    void restore(Path target) {
        BackupTestBed.asPostgres(List.of("mkdir", "-m", "700", target.toString()))
                .expectSuccess();
        run("--pg1-path=" + target, "--archive-mode=off", "restore");
    }

    private void run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("pgbackrest", "--config=" + config, "--stanza=bench"));
        command.addAll(List.of(arguments));
        BackupTestBed.asPostgres(command).expectSuccess();
    }

    /** What of WAL is in its bucket. */
    StoredWal stored() {
        return new StoredWal(bed.directory.resolve("s3").resolve(name).resolve("archive"));
    }
}
