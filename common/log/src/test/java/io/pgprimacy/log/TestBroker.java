package io.pgprimacy.log;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real broker in a JVM of its own, which can be killed and started again on the same data. */
final class TestBroker implements AutoCloseable {
    private static final Duration START_BOUND = Duration.ofMinutes(2);
    private static final Duration STOP_BOUND = Duration.ofSeconds(20);

    private final Path directory;
    private final int port;
    private final int controllerPort;
    private Process process;

    private TestBroker(Path directory, int port, int controllerPort) {
        this.directory = directory;
        this.port = port;
        this.controllerPort = controllerPort;
    }

    static TestBroker start() throws IOException, InterruptedException {
        int[] ports = freePorts();
        TestBroker broker = new TestBroker(
                Files.createTempDirectory(Path.of("target").toAbsolutePath(), "broker"), ports[0], ports[1]);
        try {
            broker.format();
            broker.launch();
        } catch (IOException | InterruptedException | RuntimeException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    void launch() throws IOException, InterruptedException {
        Path log = directory.resolve("broker.log");
        Files.deleteIfExists(log);
        process = java(
                log,
                List.of("-Xmx256m"),
                BrokerMain.class.getName(),
                settingsFile().toString());
        long deadline = System.nanoTime() + START_BOUND.toNanos();
        while (!Files.readString(log).contains("Kafka Server started")) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the broker did not start:\n" + Files.readString(log));
            }
            process.waitFor(20, TimeUnit.MILLISECONDS);
        }
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    private void format() throws IOException, InterruptedException {
        Files.writeString(settingsFile(), String.join("\n", settings()));
        Path log = directory.resolve("format.log");
        String id = org.apache.kafka.common.Uuid.randomUuid().toString();
        Process formatting = java(
                log,
                List.of("-Xmx64m"),
                "kafka.tools.StorageTool",
                "format",
                "--standalone",
                "-t",
                id,
                "-c",
                settingsFile().toString());
        if (!formatting.waitFor(START_BOUND.toMillis(), TimeUnit.MILLISECONDS) || formatting.exitValue() != 0) {
            formatting.destroyForcibly();
            throw new IllegalStateException("formatting failed:\n" + Files.readString(log));
        }
    }

    private Process java(Path log, List<String> options, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private Path settingsFile() {
        return directory.resolve("broker.properties");
    }

    private List<String> settings() {
        String broker = "127.0.0.1:" + port;
        String controller = "127.0.0.1:" + controllerPort;
        return List.of(
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.bootstrap.servers=" + controller,
                "listeners=PLAINTEXT://" + broker + ",CONTROLLER://" + controller,
                "advertised.listeners=PLAINTEXT://" + broker,
                "controller.listener.names=CONTROLLER",
                "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name=PLAINTEXT",
                "log.dirs=" + directory.resolve("data"),
                "offsets.topic.replication.factor=1",
                "offsets.topic.num.partitions=1",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "share.coordinator.state.topic.replication.factor=1",
                "share.coordinator.state.topic.min.isr=1",
                "auto.create.topics.enable=false",
                "delete.topic.enable=true",
                "log.cleaner.dedupe.buffer.size=8388608",
                "log.cleaner.backoff.ms=200",
                "");
    }

    /** Both held open until both are known, so that they differ. */
    private static int[] freePorts() throws IOException {
        InetAddress local = InetAddress.getLoopbackAddress();
        try (ServerSocket a = new ServerSocket(0, 1, local);
                ServerSocket b = new ServerSocket(0, 1, local)) {
            return new int[] {a.getLocalPort(), b.getLocalPort()};
        }
    }

    /** For a shutdown hook, which has nobody to tell. */
    void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            // What is left lies under target/.
        }
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.destroy();
            try {
                if (!process.waitFor(STOP_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
