package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.backup.BackupTestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** TLS before the S3 endpoint, by HAProxy: pgBackRest speaks nothing else, and whoever is compared with it must do the same work. */
final class TlsFront extends AsAgentsStartIt {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String PASSWORD = "of-the-bench";

    private final Path directory;
    private final int port = BackupTestBed.freePort();
    private @Nullable Process haproxy;
    private List<String> learned = List.of();

    /** Makes the certificate. */
    TlsFront() throws IOException {
        directory = Files.createTempDirectory("pgprimacy-bench-tls-");
        directory.toFile().setExecutable(true, false);
        directory.toFile().setReadable(true, false);
        String key = file("key.pem");
        String certificate = file("certificate.pem");
        run(
                ("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout "
                                + key + " -out " + certificate)
                        .split(" "));
        Files.writeString(
                directory.resolve("both.pem"), Files.readString(Path.of(certificate)) + Files.readString(Path.of(key)));
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        run((keytool + " -importcert -noprompt -alias bench -storetype JKS -storepass " + PASSWORD + " -file "
                        + certificate + " -keystore " + file("trust.jks"))
                .split(" "));
        directory.resolve("trust.jks").toFile().setReadable(true, false);
    }

    int port() {
        return port;
    }

    @Override
    public void open(int s3Port) throws IOException {
        Path config =
                Files.writeString(directory.resolve("haproxy.cfg"), """
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 10m
                    timeout server 10m

                listen s3
                    bind 127.0.0.1:%d ssl crt %s
                    server s3 127.0.0.1:%d
                """.formatted(port, file("both.pem"), s3Port));
        haproxy = new ProcessBuilder("/usr/sbin/haproxy", "-db", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("haproxy.log").toFile())
                .start();
    }

    @Override
    public String endpoint(int s3Port) {
        return "https://127.0.0.1:" + port;
    }

    @Override
    public List<String> javaOptions() {
        return Stream.concat(
                        super.javaOptions().stream(),
                        Stream.of(
                                "-Djavax.net.ssl.trustStore=" + file("trust.jks"),
                                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD))
                .toList();
    }

    /** Flags of the workers that are started from now on, beside those of every one. */
    void workersUse(List<String> flags) {
        learned = flags;
    }

    @Override
    public List<String> workerOptions() {
        return Stream.concat(super.workerOptions().stream(), learned.stream()).toList();
    }

    @Override
    public void close() {
        if (haproxy != null) {
            haproxy.destroyForcibly();
        }
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private static void run(String... words) {
        Command.run(BOUND, Map.of(), Path.of("/"), List.of(words)).expectSuccess();
    }
}
