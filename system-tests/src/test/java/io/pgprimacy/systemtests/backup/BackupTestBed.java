package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.systemtests.Command;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An S3 endpoint, a storage service, a master key, and any number of PostgreSQL servers; closing leaves nothing behind. */
final class BackupTestBed implements AutoCloseable {
    static final Duration BOUND = Duration.ofMinutes(3);

    private static final Path HOME =
            Path.of(System.getProperty("pgprimacy.home", "..")).toAbsolutePath().normalize();
    private static final String ACCESS_KEY = "access";
    private static final String SECRET_KEY = "secret-of-the-test";
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    final Path directory;
    private final int s3Port = freePort();
    private final int storagePort = freePort();
    private final List<Server> servers = new ArrayList<>();
    private final List<Process> keepers = new ArrayList<>();
    private Process s3;
    private Process storage;

    BackupTestBed() throws IOException {
        directory = Files.createTempDirectory("pgprimacy-backup-test-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.createDirectories(directory.resolve("s3/backups"));
        Files.writeString(directory.resolve("logback.xml"), "<configuration><root level=\"WARN\"/></configuration>");
        Files.writeString(directory.resolve("token"), "t".repeat(32));
        Files.writeString(
                directory.resolve("master.keys"),
                rescue("generate-key").expectSuccess().out());
        startS3();
        startStorage();
    }

    void startS3() throws IOException {
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

    void startStorage() throws IOException {
        storage = java(
                "storage",
                List.of("-Xmx128m"),
                "storage-service",
                "io.pgprimacy.storage.StorageApplication",
                "--server.port=" + storagePort,
                "--pgprimacy.storage.s3.endpoint=http://127.0.0.1:" + s3Port,
                "--pgprimacy.storage.s3.bucket=backups",
                "--pgprimacy.storage.s3.access-key=" + ACCESS_KEY,
                "--pgprimacy.storage.s3.secret-key=" + SECRET_KEY,
                "--pgprimacy.storage.tokens.demo=" + "t".repeat(32));
        awaitHttp(storage, "http://127.0.0.1:" + storagePort + "/actuator/health");
    }

    void killS3() {
        s3.destroyForcibly()
                .onExit()
                .orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    void killStorage() {
        storage.destroyForcibly()
                .onExit()
                .orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** What the bucket holds, by its objects' names. */
    List<String> objects() throws IOException {
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
    Server initdb(String name, String... options) throws IOException {
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
    Server initdbArchiving(String name, String... options) throws IOException {
        Server server = initdb(name, options);
        server.configure(
                "archive_mode = on",
                "archive_command = 'sh " + gate(server).resolve("archived") + " %f'",
                // As agents set it: a standby marks what it has received as archived, and would recycle it.
                "wal_keep_size = 128MB");
        return server;
    }

    Path gate(Server server) {
        return directory.resolve("gate-" + server.name());
    }

    /** A WAL keeper in its own process. */
    Process startKeeper(Server server, long term, long timeline, String... settings) throws IOException {
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
    List<String> keeperEvents(Server server) throws IOException {
        return Files.readAllLines(directory.resolve("wal-" + server.name() + ".log")).stream()
                .filter(line -> line.startsWith("{"))
                .toList();
    }

    /** Until everything that is durable on that server is in the store. */
    void awaitStored(Server server) {
        String flushed = server.sql("select pg_current_wal_flush_lsn()");
        int timeline =
                Integer.parseInt(server.sql("select substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)"), 16);
        Awaitility.await()
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Lsn.parse(storedUpTo(timeline)).compareTo(Lsn.parse(flushed)) >= 0);
    }

    /** As the bucket's names say. */
    String storedUpTo(int timeline) {
        JsonNode coverage = null;
        for (JsonNode each : wal().get("timelines")) {
            coverage = each.get("timeline").asInt() == timeline ? each.get("coverage") : coverage;
        }
        return coverage == null
                ? "0/0"
                : coverage.get(coverage.size() - 1).get("end").asString();
    }

    JsonNode wal() {
        return JsonMapper.shared()
                .readTree(rescue(
                                "wal",
                                "--json",
                                "--cluster",
                                "demo",
                                "--endpoint",
                                "http://127.0.0.1:" + s3Port,
                                "--bucket",
                                "backups")
                        .out());
    }

    /** On a data directory that is there. */
    Server server(String name, Path data) throws IOException {
        Server server = new Server(name, data, freePort());
        servers.add(server);
        server.configure();
        return server;
    }

    /** One that was started by somebody else. */
    Server running(String name, Path data, int port) {
        Server server = new Server(name, data, port);
        servers.add(server);
        return server;
    }

    /** A backup in the worker's own process. */
    Process startBackup(Server server, String... settings) throws IOException {
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
        return java("backup", List.of("-Xmx128m"), "backup-worker", "io.pgprimacy.worker.BackupMain", file.toString());
    }

    /** Returns the events that it told; the last is the outcome. */
    List<String> backup(Server server, String... settings) throws Exception {
        Process worker = startBackup(server, settings);
        assertThat(worker.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return events();
    }

    List<String> events() throws IOException {
        return Files.readAllLines(directory.resolve("backup.log")).stream()
                .filter(line -> line.startsWith("{"))
                .toList();
    }

    Command.Result restore(Path target, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "restore",
                "--cluster",
                "demo",
                "--target",
                target.toString(),
                "--master-keys",
                directory.resolve("master.keys").toString()));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--endpoint", "http://127.0.0.1:" + s3Port, "--bucket", "backups"));
        return rescue(arguments.toArray(String[]::new));
    }

    Command.Result list() {
        return rescue("list", "--json", "--endpoint", "http://127.0.0.1:" + s3Port, "--bucket", "backups");
    }

    /** Hashes everything that is stored; decrypts it too where the options name the master keys. */
    Command.Result verify(String... options) {
        List<String> arguments = new ArrayList<>(List.of("verify", "--cluster", "demo"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--endpoint", "http://127.0.0.1:" + s3Port, "--bucket", "backups"));
        return rescue(arguments.toArray(String[]::new));
    }

    Command.Result rotateKey(Path masterKeys) {
        return rescue(
                "rotate-key",
                "--remove-others",
                "--master-keys",
                masterKeys.toString(),
                "--endpoint",
                "http://127.0.0.1:" + s3Port,
                "--bucket",
                "backups");
    }

    Command.Result rescue(String... arguments) {
        return rescueWith(ACCESS_KEY, SECRET_KEY, arguments);
    }

    /** As the user that PostgreSQL runs as. */
    static Command.Result rescueWith(String accessKey, String secretKey, String... arguments) {
        List<String> command =
                new ArrayList<>(javaCommand("rescue", List.of("-Xmx256m"), "io.pgprimacy.rescue.RescueMain"));
        command.addAll(List.of(arguments));
        return Command.run(
                BOUND,
                Map.of("PGPRIMACY_S3_ACCESS_KEY", accessKey, "PGPRIMACY_S3_SECRET_KEY", secretKey),
                Path.of("/"),
                asPostgresCommand(command));
    }

    static Command.Result asPostgres(List<String> command) {
        return Command.run(BOUND, Map.of("LC_ALL", "C"), Path.of("/"), asPostgresCommand(command));
    }

    /** PostgreSQL refuses to run as root, and its files must be those of the user that it runs as. */
    private static List<String> asPostgresCommand(List<String> command) {
        List<String> prefixed = new ArrayList<>(
                ROOT ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups") : List.of());
        prefixed.addAll(command);
        return prefixed;
    }

    @Override
    public void close() throws IOException {
        keepers.forEach(Process::destroyForcibly);
        for (Server server : servers) {
            server.stop("immediate");
        }
        killStorage();
        killS3();
        delete(directory);
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
        List<String> command = new ArrayList<>(javaCommand(module, options, main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(module.equals("backup-worker") ? asPostgresCommand(command) : command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(log + ".log").toFile()))
                .start();
    }

    private static List<String> javaCommand(String module, List<String> options, String main) {
        Path target = HOME.resolve(module).resolve("target");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        command.addAll(List.of("-cp", target + "/*:" + target + "/lib/*", main));
        return command;
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

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
