package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.Processes;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** An S3 endpoint, a storage service, a master key, and any number of PostgreSQL servers; closing leaves nothing behind. */
public final class BackupTestBed extends RepositoryUnderTest implements AutoCloseable {
    private static final Set<BackupTestBed> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(BackupTestBed::stop), "teardown"));
    }

    private static final String BACKUP_MAIN = "io.pgprimacy.worker.BackupMain";

    private final StoreFront front;
    private final int s3Port = freePort();
    private final int storagePort = freePort();
    private final List<Server> servers = new ArrayList<>();
    private final List<Process> keepers = new ArrayList<>();
    private @Nullable Process s3;
    private @Nullable Process storage;

    public BackupTestBed() throws IOException {
        this(StoreFront.NONE);
    }

    public BackupTestBed(StoreFront front) throws IOException {
        super(Files.createTempDirectory("pgprimacy-backup-test-"));
        OPEN.add(this);
        this.front = front;
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.createDirectories(directory.resolve("s3/backups"));
        Files.writeString(directory.resolve("logback.xml"), "<configuration><root level=\"WARN\"/></configuration>");
        Files.writeString(directory.resolve("token"), "t".repeat(32));
        Files.writeString(
                directory.resolve("master.keys"),
                rescue("generate-key").expectSuccess().out());
        startS3();
        front.open(s3Port);
        startStorage();
    }

    public void startS3() throws IOException {
        Files.writeString(directory.resolve("s3.properties"), """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                s3proxy.ignore-unknown-headers=true
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                jclouds.identity=x
                jclouds.credential=x
                """.formatted(
                        s3Port, ACCESS_KEY, SECRET_KEY, directory.resolve("s3")));
        s3 = java(
                "s3",
                List.of("-Xmx256m", "-Dlogback.configurationFile=" + directory.resolve("logback.xml")),
                "sandbox/s3-endpoint",
                "org.gaul.s3proxy.Main",
                "--properties",
                directory.resolve("s3.properties").toString());
        awaitHttp(s3, "http://127.0.0.1:" + s3Port + "/");
    }

    public void startStorage() throws IOException {
        storage = java(
                "storage",
                List.of("-Xmx128m"),
                "storage-service",
                "io.pgprimacy.storage.StorageApplication",
                "--server.port=" + storagePort,
                "--pgprimacy.storage.s3.endpoint=" + endpoint(),
                "--pgprimacy.storage.s3.bucket=backups",
                "--pgprimacy.storage.s3.access-key=" + ACCESS_KEY,
                "--pgprimacy.storage.s3.secret-key=" + SECRET_KEY,
                "--pgprimacy.storage.tokens.demo=" + "t".repeat(32));
        awaitHttp(storage, "http://127.0.0.1:" + storagePort + "/actuator/health");
    }

    public void killS3() {
        end(s3);
    }

    public void killStorage() {
        end(storage);
    }

    /** One that was never started has ended. */
    private static void end(@Nullable Process process) {
        if (process != null) {
            process.destroyForcibly()
                    .onExit()
                    .orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
    }

    /** What the bucket holds, by its objects' names. */
    public List<String> objects() throws IOException {
        Path bucket = directory.resolve("s3/backups");
        try (Stream<Path> files = Files.walk(bucket)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> bucket.relativize(file).toString())
                    // By it the storage service tries whether the store heeds If-None-Match.
                    .filter(name -> !name.equals("probe"))
                    .sorted()
                    .toList();
        }
    }

    /** Not yet started. */
    public Server initdb(String name, String... options) throws IOException {
        Server server = new Server(name, directory.resolve(name), freePort());
        servers.add(server);
        Path bin = Server.bin();
        List<String> command = new ArrayList<>(List.of(
                bin.resolve("initdb").toString(),
                "-D",
                server.data().toString(),
                "-U",
                "postgres",
                "-A",
                "trust",
                "--no-sync"));
        command.addAll(List.of(options));
        asPostgres(command).expectSuccess();
        server.configure();
        return server;
    }

    /** One whose archiver asks the gate of a WAL keeper. */
    public Server initdbArchiving(String name, String... options) throws IOException {
        Server server = initdb(name, options);
        server.configure(
                "archive_mode = on",
                "archive_command = 'sh " + gate(server).resolve("archived") + " %f'",
                // As agents set it: a standby marks what it has received as archived, and would recycle it.
                "wal_keep_size = 128MB");
        return server;
    }

    public Path gate(Server server) {
        return directory.resolve("gate-" + server.name());
    }

    /** A WAL keeper in its own process. */
    public Process startKeeper(Server server, long term, long timeline, String... settings) throws IOException {
        Path file = directory.resolve("wal-" + server.name() + ".properties");
        Files.writeString(file, """
                cluster=demo
                term=%d
                timeline=%d
                postgres.port=%d
                postgres.data=%s
                gate.directory=%s
                storage.url=http://127.0.0.1:%d
                storage.token.file=%s
                master.keys.file=%s
                %s
                """.formatted(
                        term,
                        timeline,
                        server.port(),
                        server.data(),
                        gate(server),
                        storagePort,
                        directory.resolve("token"),
                        directory.resolve("master.keys"),
                        String.join("\n", settings)));
        Process keeper = java(
                "wal-" + server.name(),
                List.of("-Xmx64m", "-Xss512k", "-XX:ReservedCodeCacheSize=24m"),
                "backup-worker",
                "io.pgprimacy.worker.WalMain",
                file.toString());
        keepers.add(keeper);
        return keeper;
    }

    /** Everything that the keepers of that server have told, oldest first. */
    public List<String> keeperEvents(Server server) throws IOException {
        return Files.readAllLines(directory.resolve("wal-" + server.name() + ".log")).stream()
                .filter(line -> line.startsWith("{"))
                .toList();
    }

    /** Until everything that is durable on that server is in the store. */
    public void awaitStored(Server server) {
        String flushed = server.sql("select pg_current_wal_flush_lsn()");
        int timeline =
                Integer.parseInt(server.sql("select substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)"), 16);
        Awaitility.await()
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Lsn.parse(storedUpTo(timeline)).compareTo(Lsn.parse(flushed)) >= 0);
    }

    /** On a data directory that is there. */
    public Server server(String name, Path data) throws IOException {
        Server server = new Server(name, data, freePort());
        servers.add(server);
        server.configure();
        return server;
    }

    /** One that was started by somebody else. */
    public Server running(String name, Path data, int port) {
        Server server = new Server(name, data, port);
        servers.add(server);
        return server;
    }

    /** A backup in the worker's own process, with the memory that agents give it. */
    public Process startBackup(Server server, String... settings) throws IOException {
        return startWorker(BACKUP_MAIN, "-Xmx96m", server, settings);
    }

    /**
     * Has the worker's JVM learn from one backup, as {@code AotCache} of the agent does it.
     *
     * @param flags what decides with which flags the next workers run
     */
    public void learn(Server server, Consumer<List<String>> flags) throws Exception {
        Path learned = directory.resolve("learned");
        asPostgres(List.of("mkdir", learned.toString())).expectSuccess();
        String record = "-XX:AOTConfiguration=" + learned.resolve("record");
        String cache = "-XX:AOTCache=" + learned.resolve("cache");
        flags.accept(List.of("-XX:AOTMode=record", record));
        backup(server);
        flags.accept(List.of());
        Process maker =
                java("learned", List.of("-Xmx96m", "-XX:AOTMode=create", record, cache), "backup-worker", BACKUP_MAIN);
        assertThat(maker.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        flags.accept(List.of(cache));
    }

    /** A logical one, likewise. */
    Process startDump(Server server, String... settings) throws IOException {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("postgres.programs=" + Server.bin());
        return startWorker("io.pgprimacy.worker.DumpMain", "-Xmx96m", server, all.toArray(String[]::new));
    }

    private Process startWorker(String main, String heap, Server server, String... settings) throws IOException {
        Path file = directory.resolve("backup-" + server.name() + ".properties");
        Files.writeString(file, """
                cluster=demo
                node=%s
                postgres.port=%d
                postgres.data=%s
                storage.url=http://127.0.0.1:%d
                storage.token.file=%s
                master.keys.file=%s
                %s
                """.formatted(
                        server.name(),
                        server.port(),
                        server.data(),
                        storagePort,
                        directory.resolve("token"),
                        directory.resolve("master.keys"),
                        String.join("\n", settings)));
        Files.deleteIfExists(directory.resolve("backup.log"));
        return java("backup", List.of(heap, "-XX:NewRatio=4"), "backup-worker", main, file.toString());
    }

    /** Returns the events that it told; the last is the outcome. */
    public List<String> backup(Server server, String... settings) throws Exception {
        Process worker = startBackup(server, settings);
        assertThat(worker.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return events();
    }

    /** Likewise a logical one. */
    List<String> dump(Server server, String... settings) throws Exception {
        Process worker = startDump(server, settings);
        assertThat(worker.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return events();
    }

    public List<String> events() throws IOException {
        return Files.readAllLines(directory.resolve("backup.log")).stream()
                .filter(line -> line.startsWith("{"))
                .toList();
    }

    @Override
    String endpoint() {
        return front.endpoint(s3Port);
    }

    @Override
    List<String> workerOptions() {
        return Stream.concat(front.javaOptions().stream(), front.workerOptions().stream())
                .toList();
    }

    public static Command.Result asPostgres(List<String> command) {
        return Command.run(BOUND, Map.of("LC_ALL", "C"), Path.of("/"), Programs.asPostgres(command));
    }

    @Override
    public void close() throws IOException {
        stop();
        delete(directory);
    }

    /** Everything but what lies on disk. */
    public void stop() {
        OPEN.remove(this);
        keepers.forEach(Process::destroyForcibly);
        try {
            for (Server server : List.copyOf(servers)) {
                server.stop("immediate");
            }
            end(storage);
            front.close();
            end(s3);
        } finally {
            // Whoever is stopped in the middle of a restore has servers that are in no list yet.
            Processes.signal("KILL", Processes.mentioning(directory.toString()));
        }
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Process java(String log, List<String> options, String module, String main, String... arguments)
            throws IOException {
        boolean worker = module.equals("backup-worker");
        List<String> all = new ArrayList<>(options);
        all.addAll(worker ? workerOptions() : front.javaOptions());
        List<String> command = new ArrayList<>(Programs.java(module, all, main));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(worker ? Programs.asPostgres(command) : command);
        if (worker) {
            // As agents start it.
            builder.environment().put("LC_ALL", "C");
        }
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(log + ".log").toFile()))
                .start();
    }

    private void awaitHttp(Process process, String url) {
        Awaitility.await().atMost(BOUND).pollInterval(Duration.ofMillis(50)).until(() -> {
            assertThat(process.isAlive()).as("%s in %s", url, directory).isTrue();
            try {
                var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
                return connection.getResponseCode() > 0;
            } catch (IOException e) {
                return false;
            }
        });
    }

    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
