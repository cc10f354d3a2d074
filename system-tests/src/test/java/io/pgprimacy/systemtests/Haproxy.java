package io.pgprimacy.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** This system's own HAProxy, configured as Patroni's documentation does: it asks the agents, and knows nothing of pgprimacy. */
final class Haproxy implements AutoCloseable {
    private final Path directory;
    private final Process process;
    private final int primaryPort;
    private final int standbyPort;

    private Haproxy(Path directory, Process process, int primaryPort, int standbyPort) {
        this.directory = directory;
        this.process = process;
        this.primaryPort = primaryPort;
        this.standbyPort = standbyPort;
    }

    static Optional<Path> program() {
        return Stream.of("/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Haproxy before(SandboxUnderTest sandbox) {
        try {
            int primaryPort = freePort();
            int standbyPort = freePort();
            Path directory = Files.createTempDirectory("pgprimacy-haproxy-");
            Path config = Files.writeString(
                    directory.resolve("haproxy.cfg"), configuration(sandbox, primaryPort, standbyPort));
            Process process = new ProcessBuilder(program().orElseThrow().toString(), "-db", "-f", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("haproxy.log").toFile())
                    .start();
            return new Haproxy(directory, process, primaryPort, standbyPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int primaryPort() {
        return primaryPort;
    }

    int standbyPort() {
        return standbyPort;
    }

    /** The checks of Patroni's sample: every 3 s, three bad ones to go down, two good ones to come up. */
    private static String configuration(SandboxUnderTest sandbox, int primaryPort, int standbyPort) {
        ToIntFunction<ClusterNow.Member> agentPort =
                member -> sandbox.process(member.name(), "agent").port();
        String servers = sandbox.list().members().stream()
                .map(m -> "    server %s 127.0.0.1:%d maxconn 100 check port %d"
                        .formatted(m.name(), m.port(), agentPort.applyAsInt(m)))
                .collect(Collectors.joining("\n"));
        return """
                global
                    maxconn 100

                defaults
                    mode tcp
                    retries 2
                    timeout client 30m
                    timeout connect 4s
                    timeout server 30m
                    timeout check 5s

                listen primary
                    bind 127.0.0.1:%d
                    option httpchk
                    http-check expect status 200
                    default-server inter 3s fall 3 rise 2 on-marked-down shutdown-sessions
                %s

                listen standbys
                    bind 127.0.0.1:%d
                    option httpchk OPTIONS /replica?lag=64MB&replication_state=streaming
                    http-check expect status 200
                    default-server inter 3s fall 3 rise 2 on-marked-down shutdown-sessions
                %s
                """.formatted(primaryPort, servers, standbyPort, servers);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    List<String> log() {
        try {
            return Files.readAllLines(directory.resolve("haproxy.log"));
        } catch (IOException e) {
            return List.of(e.toString());
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException("left behind: " + directory, e);
        }
    }
}
