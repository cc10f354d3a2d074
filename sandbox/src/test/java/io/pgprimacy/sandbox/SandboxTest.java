package io.pgprimacy.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.core.id.ClusterId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxTest {
    private static final Choice THREE_BROKERS = new Choice(3, 3, 1, "fast", false, 2, false);

    @TempDir
    Path dir;

    private static final Programs PROGRAMS = new Programs(Path.of("/home"), Path.of("java"), Path.of("/nowhere"));

    @Test
    void whatWasChosenIsFoundAgain() throws IOException {
        Sandbox made = TestSandbox.in(dir);

        assertThat(Sandbox.open(made.layout()).orElseThrow().spec()).isEqualTo(made.spec());
        assertThat(new HashSet<>(made.spec().ports())).hasSameSizeAs(made.spec().ports());
    }

    @Test
    void threeBrokersAreOneQuorumAndWhoeverConnectsKnowsAllOfThem() throws IOException {
        Sandbox made = TestSandbox.in(dir, THREE_BROKERS);
        Spec spec = made.spec();
        Launch launch = new Launch(made.layout(), spec, PROGRAMS);

        assertThat(spec.brokerUnits()).extracting(Unit::name).containsExactly("kafka1", "kafka2", "kafka3");
        assertThat(spec.bootstrapServers().split(","))
                .containsExactlyElementsOf(
                        spec.brokerUnits().stream().map(Unit::endpoint).toList());
        assertThat(spec.kafka().brokers().stream()
                        .map(launch::formatBroker)
                        .map(SandboxTest::voters)
                        .distinct())
                .singleElement()
                .satisfies(voters -> assertThat(voters).contains("1@127.0.0.1:", ",2@127.0.0.1:", ",3@127.0.0.1:"));

        spec.units().forEach(unit -> write(launch, unit));

        assertThat(Files.readString(
                        made.layout().unitDir(spec.brokerUnits().get(1)).resolve("server.properties")))
                .contains("node.id=2\n", "min.insync.replicas=2\n", "offsets.topic.replication.factor=3\n");
        assertThat(startScript(made, "coordinator-1"))
                .contains("'--pgprimacy.sandbox=false'", "bootstrap-servers=" + spec.bootstrapServers() + "'");
        assertThat(Sandbox.open(made.layout()).orElseThrow().spec()).isEqualTo(spec);
    }

    @Test
    void aSecondClusterHasHostsAndSecretsOfItsOwnAndTheFirstIsAsItWas() throws IOException {
        Sandbox made = TestSandbox.in(dir, new Choice(2, 1, 1, "fast", false, 2, true));
        Sandbox more = made.withCluster(new ClusterId("copy"), 2);
        Launch launch = new Launch(more.layout(), more.spec(), PROGRAMS);

        for (Unit unit : more.spec().units()) {
            Files.createDirectories(more.layout().unitDir(unit));
            write(launch, unit);
        }

        assertThat(Sandbox.open(made.layout()).orElseThrow().spec()).isEqualTo(more.spec());
        assertThat(more.spec().hosts("main")).isEqualTo(made.spec().hosts());
        assertThat(more.spec().clusters()).containsExactly("main", "copy");
        assertThat(more.spec().hosts("copy")).extracting(Spec.Host::name).containsExactly("copy1", "copy2");
        assertThat(settings(more, "copy1"))
                .contains("cluster=copy\n", "node=copy1\n", "storage-copy.token\n", "peers-copy.secret\n");
        assertThat(settings(more, "pg1")).contains("cluster=main\n", "/storage.token\n", "/peers.secret\n");
        String tokens = Files.readString(
                more.layout().unitDir(more.spec().unit("storage").orElseThrow()).resolve("storage.properties"));
        assertThat(tokens).contains("tokens.main=", "tokens.copy=");
        assertThatThrownBy(() -> more.withCluster(new ClusterId("copy"), 1)).isInstanceOf(SandboxFailure.class);
        assertThatThrownBy(() -> more.withCluster(new ClusterId("pg"), 1)).isInstanceOf(SandboxFailure.class);
    }

    private static String settings(Sandbox sandbox, String host) throws IOException {
        return Files.readString(sandbox.layout()
                .unitDir(sandbox.spec().unit(host).orElseThrow())
                .resolve("agent.properties"));
    }

    @Test
    void eachUnitListensAndIsReachedAndRunsInItsPlace() throws IOException {
        Place host = new Place("10.7.0.3", Optional.of("ns-pg1"));
        Place broker = new Place("10.7.0.1", Optional.of("ns-kafka"));
        Map<String, Place> places = Map.of("pg1", host, "kafka", broker);
        Sandbox made = TestSandbox.in(
                dir, new Choice(1, 1, 1, "fast", false, 2, false), unit -> places.getOrDefault(unit, Place.LOOPBACK));
        Spec spec = made.spec();
        Launch launch = new Launch(made.layout(), spec, PROGRAMS);

        spec.units().forEach(unit -> write(launch, unit));

        assertThat(Sandbox.open(made.layout()).orElseThrow().spec()).isEqualTo(spec);
        assertThat(startScript(made, "pg1")).contains("exec 'ip' 'netns' 'exec' 'ns-pg1' 'java'", "/dev/tcp/10.7.0.3/");
        assertThat(startScript(made, "coordinator-1"))
                .contains("'--server.address=127.0.0.1'", "bootstrap-servers=10.7.0.1:")
                .doesNotContain("netns");
        assertThat(Files.readString(
                        made.layout().unitDir(spec.agentUnits().getFirst()).resolve("agent.properties")))
                .contains("postgres.host=10.7.0.3\n", "api.listen=10.7.0.3\n", "kafka.bootstrap.servers=10.7.0.1:");
        assertThat(Files.readString(
                        made.layout().unitDir(spec.brokerUnits().getFirst()).resolve("server.properties")))
                .contains("advertised.listeners=PLAINTEXT://10.7.0.1:");
    }

    @Test
    void theStoreAndItsServiceAreUnitsAndTheAgentsAreToldOfThem() throws IOException {
        Sandbox made = TestSandbox.in(dir, new Choice(2, 1, 1, "fast", false, 2, true));
        Spec spec = made.spec();
        Launch launch = new Launch(made.layout(), spec, PROGRAMS);

        spec.units().forEach(unit -> write(launch, unit));

        assertThat(Sandbox.open(made.layout()).orElseThrow().spec()).isEqualTo(spec);
        assertThat(spec.units()).extracting(Unit::name).contains("s3", "storage");
        assertThat(new HashSet<>(spec.ports())).hasSize(2 + 1 + 4 + 2);
        String token = Files.readString(made.layout().storageToken("main")).strip();
        assertThat(Files.readString(made.layout()
                        .unitDir(spec.unit("storage").orElseThrow())
                        .resolve("storage.properties")))
                .contains(
                        "pgprimacy.storage.tokens.main=" + token,
                        spec.storage().orElseThrow().s3Url());
        assertThat(startScript(made, "storage")).doesNotContain(token);
        assertThat(Files.readString(
                        made.layout().unitDir(spec.agentUnits().getLast()).resolve("agent.properties")))
                .contains(
                        "storage.url=" + spec.storage().orElseThrow().url(),
                        made.layout().masterKeys().toString());
        for (Path secret : List.of(
                made.layout().masterKeys(),
                made.layout().storageToken("main"),
                made.layout().operatorToken(),
                made.layout().s3Secret())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void oneOfEachKindKeepsTheClassesThatItHasLinkedAndTheOthersUseThem() throws IOException {
        Sandbox made = TestSandbox.in(dir, THREE_BROKERS);
        Launch launch = new Launch(made.layout(), made.spec(), PROGRAMS);

        made.spec().units().forEach(unit -> write(launch, unit));

        assertThat(startScript(made, "kafka1")).contains("/quickstart.jsa'", "AutoCreateSharedArchive");
        assertThat(startScript(made, "kafka2")).contains("/quickstart.jsa'").doesNotContain("AutoCreateSharedArchive");
        assertThat(launch.formatBroker(made.spec().kafka().brokers().getFirst()))
                .as("its classes are others than a broker's")
                .doesNotContain("-XX:+AutoCreateSharedArchive");
    }

    @Test
    void linkedClassesGoWithTheBuildThatTheyCameFrom() throws IOException {
        Path jar = Files.createFile(dir.resolve("a.jar"));
        Path archive = Files.createFile(dir.resolve("quickstart.jsa"));
        Quickstart quickstart = new Quickstart(archive);
        Instant now = Instant.now();
        Files.setLastModifiedTime(archive, FileTime.from(now));

        Files.setLastModifiedTime(jar, FileTime.from(now.minusSeconds(1)));
        quickstart.forgetIfOlderThan(List.of(jar));
        assertThat(archive).exists();

        Files.setLastModifiedTime(jar, FileTime.from(now.plusSeconds(1)));
        quickstart.forgetIfOlderThan(List.of(jar));
        assertThat(archive).doesNotExist();
    }

    @Test
    void withoutStorageNobodyIsToldOfAny() throws IOException {
        Sandbox made = TestSandbox.in(dir);
        Launch launch = new Launch(made.layout(), made.spec(), PROGRAMS);

        made.spec().units().forEach(unit -> write(launch, unit));

        assertThat(made.spec().unit("storage")).isEmpty();
        assertThat(Files.readString(made.layout()
                        .unitDir(made.spec().agentUnits().getFirst())
                        .resolve("agent.properties")))
                .doesNotContain("storage.");
    }

    private static void write(Launch launch, Unit unit) {
        try {
            launch.write(unit);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String startScript(Sandbox sandbox, String unit) throws IOException {
        return Files.readString(
                sandbox.layout().startScript(sandbox.spec().unit(unit).orElseThrow()));
    }

    private static String voters(List<String> format) {
        return format.get(format.indexOf("--initial-controllers") + 1);
    }

    @Test
    void anotherVersionsSandboxIsNotTouched() throws IOException {
        Layout layout = new Layout(dir);
        Files.writeString(layout.specFile(), "{ \"version\": 1 }");

        assertThatThrownBy(() -> Sandbox.open(layout)).hasMessageContaining("made by another version");
    }

    @Test
    void foreignFilesAreNotBuiltUpon() throws IOException {
        Files.writeString(dir.resolve("thesis.tex"), "precious");

        assertThatThrownBy(() -> Sandbox.create(
                        new Layout(dir),
                        new Choice(3, 1, 1, "fast", false, 2, false),
                        new Programs(dir, Path.of("java"), Path.of("bin")),
                        false))
                .isInstanceOf(SandboxFailure.class)
                .hasMessageContaining("holds files that are not a sandbox's");
    }

    @Test
    void aDamagedSpecIsSaidInOneSentence() throws IOException {
        Layout layout = new Layout(dir);
        Files.writeString(layout.specFile(), "{ \"cluster\": ");

        assertThatThrownBy(() -> Sandbox.open(layout))
                .isInstanceOf(SandboxFailure.class)
                .hasMessageContaining("cannot read " + layout.specFile());
    }

    @Test
    void theDirectoryIsTheOptionElseTheEnvironmentElseTheUsualOne() {
        Map<String, String> environment = Map.of(Layout.DIR_VARIABLE, "/env", "HOME", "/home/anna");
        Map<String, String> plain = Map.of("HOME", "/home/anna");

        assertThat(Layout.find(Optional.of(Path.of("/option")), environment, true)
                        .root())
                .isEqualTo(Path.of("/option"));
        assertThat(Layout.find(Optional.empty(), environment, true).root()).isEqualTo(Path.of("/env"));
        assertThat(Layout.find(Optional.empty(), plain, true).root()).isEqualTo(Path.of("/var/lib/pgprimacy-sandbox"));
        assertThat(Layout.find(Optional.empty(), plain, false).root())
                .isEqualTo(Path.of("/home/anna/.local/state/pgprimacy/sandbox"));
        assertThat(Layout.find(Optional.empty(), Map.of("XDG_STATE_HOME", "/state"), false)
                        .root())
                .isEqualTo(Path.of("/state/pgprimacy/sandbox"));
    }

    @Test
    void aClosedDirectoryAboveIsNamed() throws IOException {
        Path closed = Files.createDirectory(
                dir.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path root = closed.resolve("sandbox");

        assertThatThrownBy(() -> new PostgresUser(Optional.of("nobody")).createPassable(root))
                .hasMessageContaining("user nobody")
                .hasMessageContaining("cannot pass through " + closed);
        assertThat(root).doesNotExist();
    }

    @Test
    void wrongChoicesAreRefused() {
        assertThatThrownBy(() -> new Choice(0, 1, 1, "fast", false, 2, false))
                .hasMessageContaining("1 to 16 nodes, not 0");
        assertThatThrownBy(() -> new Choice(3, 1, 1, "funny", false, 2, false))
                .hasMessageContaining("no timing profile funny");
        assertThatThrownBy(() -> new Choice(1, 1, 1, "fast", true, 2, false))
                .hasMessageContaining("--sync needs a standby");
        assertThatThrownBy(() -> new Choice(3, 2, 1, "fast", false, 2, false))
                .hasMessageContaining("1 or 3 brokers, not 2");
    }
}
