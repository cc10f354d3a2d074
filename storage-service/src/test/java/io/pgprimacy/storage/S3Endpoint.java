package io.pgprimacy.storage;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real S3 endpoint in a process of its own, with one bucket in a directory that goes with it. */
public final class S3Endpoint implements AutoCloseable {
    public static final String ACCESS_KEY = "access";
    public static final String SECRET_KEY = "secret-of-the-test";
    public static final String BUCKET = "backups";

    private static final Duration BOUND = Duration.ofSeconds(60);

    private final Path directory;
    private final int port;
    private Process process;

    public S3Endpoint() {
        try {
            directory = Files.createTempDirectory("pgprimacy-s3-");
            // A bucket of this endpoint is a directory.
            Files.createDirectories(directory.resolve("data").resolve(BUCKET));
            port = freePort();
            Files.writeString(
                    directory.resolve("logback.xml"), "<configuration><root level=\"WARN\"/></configuration>");
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
                            port, ACCESS_KEY, SECRET_KEY, directory.resolve("data")));
            start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public Path bucket() {
        return directory.resolve("data").resolve(BUCKET);
    }

    public void start() throws IOException {
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dlogback.configurationFile=" + directory.resolve("logback.xml"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        directory.resolve("s3.properties").toString()))
                .redirectErrorStream(true)
                .redirectOutput(new File(directory.toFile(), "log"))
                .start();
        long end = System.nanoTime() + BOUND.toNanos();
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException(
                        "the S3 endpoint did not start: " + Files.readString(directory.resolve("log")));
            }
            Thread.onSpinWait();
        }
    }

    /** Gone as in a crash. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
