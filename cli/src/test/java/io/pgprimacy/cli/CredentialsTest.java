package io.pgprimacy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.pgprimacy.access.Operators;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a coordinator is shown, and which coordinator is believed. */
class CredentialsTest {
    private static final String HEALTHY = "{\"healthy\":true}";
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path directory;

    private FakeCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = new FakeCoordinator().on("GET ", 200, HEALTHY);
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    @Test
    void theNearestTokenIsShown() throws IOException {
        Path file = secret("token", "from-the-file\n", "rw-------");
        secret(
                "pgprimacy/credentials",
                "# mine\nhttp://elsewhere:1 other\n" + coordinator.url() + "/ from-home\n",
                "rw-------");

        ran(Map.of("PGPRIMACY_TOKEN", "from-outside"), "--token-file", file.toString());
        ran(Map.of("PGPRIMACY_TOKEN", "from-outside"));
        ran(Map.of());

        assertThat(coordinator.shown())
                .containsExactly("Bearer from-the-file", "Bearer from-outside", "Bearer from-home");
    }

    @Test
    void whoHasNoneShowsNone() {
        assertThat(ran(Map.of()).code()).isZero();
        assertThat(coordinator.shown()).containsExactly("");
    }

    @Test
    void aRefusedTokenIsSaidWithWhereItComesFrom() {
        coordinator.on("POST /requests/pause", 401, "{\"detail\":\"the token is no operator's\"}");

        Ran refused = Ran.with(
                environment(Map.of("PGPRIMACY_URL", coordinator.url(), "PGPRIMACY_TOKEN", "an old one")),
                "pause",
                "--reason",
                "x",
                "--yes");

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("token", "hint: it comes from --token-file, PGPRIMACY_TOKEN");
    }

    @Test
    void whatOthersMayReadIsNoSecret() throws IOException {
        Path file = secret("token", "t", "rw-r-----");

        Ran refused = ran(Map.of(), "--token-file", file.toString());

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("can be read or written by others", "hint: chmod 600 " + file);
        assertThat(coordinator.asked()).isEmpty();
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        HttpServer astray = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        astray.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Location", coordinator.url() + "/api/v1/clusters/main");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        astray.start();
        try {
            String url = "http://127.0.0.1:" + astray.getAddress().getPort();
            Ran ran = Ran.with(environment(Map.of("PGPRIMACY_URL", url, "PGPRIMACY_TOKEN", "t")), "status", "--json");
            assertThat(ran.err()).contains("HTTP status 302");
            assertThat(coordinator.asked()).isEmpty();
        } finally {
            astray.stop(0);
        }
    }

    @Test
    void aNewOperatorsTokenIsWrittenOnceAndItsLineIsPrinted() throws IOException {
        Path out = directory.resolve("jane.token");

        Ran ran = Ran.of("operator", "jane", "--out", out.toString());

        assertThat(ran.code()).isZero();
        String token = Files.readString(out).strip();
        assertThat(Files.getPosixFilePermissions(out)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Operators operators = Operators.of(out, List.of(ran.out().strip()));
        assertThat(operators.who(Optional.of("Bearer " + token))).contains("jane");
        assertThat(Ran.of("operator", "jane", "--out", out.toString()).err()).contains("exists already");
        assertThat(Ran.of("operator", "jane doe", "--out", out + "2").code()).isEqualTo(2);
        assertThat(Files.readString(out).strip()).isEqualTo(token);
    }

    @Test
    void aCoordinatorIsBelievedWhenTheNamedAuthorityVouchesForIt() throws Exception {
        Path keys = directory.resolve("keys.p12");
        Path ca = directory.resolve("ca.pem");
        keytool(
                "-genkeypair",
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit",
                "-alias",
                "c",
                "-keyalg",
                "EC",
                "-dname",
                "CN=coordinator",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2");
        keytool(
                "-exportcert",
                "-rfc",
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit",
                "-alias",
                "c",
                "-file",
                ca.toString());
        try (FakeCoordinator tls = FakeCoordinator.overTls(tls(keys)).on("GET ", 200, HEALTHY)) {
            Map<String, String> environment = environment(Map.of("PGPRIMACY_URL", tls.url()));

            Ran unknown = Ran.with(environment, "status", "--json");
            assertThat(unknown.code()).isEqualTo(3);
            assertThat(unknown.err()).contains("is not trusted", "--ca-file");
            assertThat(tls.asked()).isEmpty();
            assertThat(Ran.with(environment, "status", "--json", "--ca-file", ca.toString())
                            .code())
                    .isZero();
            environment.put("PGPRIMACY_CA_FILE", ca.toString());
            assertThat(Ran.with(environment, "status", "--json").code()).isZero();
        }
        Files.writeString(ca, "nonsense");
        assertThat(ran(Map.of(), "--ca-file", ca.toString()).err()).contains("cannot be used");
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0)
                .as(said)
                .isTrue();
    }

    private static SSLContext tls(Path keys) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private Path secret(String name, String text, String mode) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    /** Nothing of whoever runs this test, and no sandbox of theirs. */
    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new TreeMap<>(Map.of(
                "XDG_CONFIG_HOME",
                directory.toString(),
                "PGPRIMACY_SANDBOX_DIR",
                directory.resolve("none").toString()));
        environment.putAll(more);
        return environment;
    }

    private Ran ran(Map<String, String> more, String... arguments) {
        Map<String, String> environment = environment(more);
        environment.put("PGPRIMACY_URL", coordinator.url());
        List<String> all = new ArrayList<>(List.of("status", "--json"));
        all.addAll(List.of(arguments));
        return Ran.with(environment, all.toArray(String[]::new));
    }
}
