package io.pgprimacy.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartAndStopTest {
    @TempDir
    Path dir;

    private Sandbox sandbox;
    private Starter starter;
    private Shutdown shutdown;
    private final List<String> progress = new ArrayList<>();

    @BeforeEach
    void create() throws IOException {
        sandbox = TestSandbox.in(dir);
        starter = new Starter(sandbox.layout());
        shutdown = new Shutdown(sandbox, progress::add);
    }

    @AfterEach
    void stopWhatIsLeft() {
        shutdown.stopAll();
        sandbox.purge();
    }

    @Test
    void whatIsStartedAnswersAndIsListedAndStopped() {
        List<Unit> units = sandbox.spec().units();

        assertThat(starter.startAll(units)).allMatch(said -> said.contains(" started (pid "));

        assertThat(sandbox.processes())
                .extracting(RunningProcess::kind)
                .containsExactlyInAnyOrder(Kind.KAFKA, Kind.COORDINATOR, Kind.AGENT);
        assertThat(Ports.isFree(units.getFirst().port())).isFalse();
        assertThat(shutdown.stopAll()).isEqualTo(3);
        assertThat(sandbox.processes()).isEmpty();
        assertThat(shutdown.stopAll()).isZero();
    }

    @Test
    void oneOfThreeBrokersIsStartedAndStoppedByItsName() throws IOException {
        Sandbox three = TestSandbox.in(
                Files.createDirectory(dir.resolve("three")), new Choice(1, 3, 1, "fast", false, 1000, false));
        Shutdown all = new Shutdown(three, progress::add);
        try {
            new Starter(three.layout()).startAll(three.spec().brokerUnits());
            Unit second = three.spec().unit("kafka2").orElseThrow();

            all.stop(List.of(second));

            assertThat(three.processes()).extracting(RunningProcess::host).containsExactly("kafka1", "kafka3");
            assertThat(new Starter(three.layout()).begin(second).await()).startsWith("kafka2 started (pid ");
        } finally {
            assertThat(all.stopAll()).isEqualTo(3);
            three.purge();
        }
    }

    @Test
    void startingTwiceStartsOnce() {
        Unit unit = sandbox.spec().brokerUnits().getFirst();
        Starter.Running first = starter.begin(unit);
        Starter.Running second = starter.begin(unit);

        assertThat(List.of(first.await(), second.await()))
                .anyMatch(said -> said.contains("started"))
                .anyMatch(said -> said.contains("already runs"));
        assertThat(sandbox.processes()).hasSize(1);
    }

    @Test
    void whatFailsToStartIsSaidWithItsLastWords() throws IOException {
        Unit unit = sandbox.spec().brokerUnits().getFirst();
        TestSandbox.write(sandbox, unit, "fail");

        assertThatThrownBy(() -> starter.startAll(List.of(unit)))
                .isInstanceOf(SandboxFailure.class)
                .hasMessageContaining("kafka did not start")
                .hasMessageContaining("the disk is on fire")
                .satisfies(e -> assertThat(((SandboxFailure) e).hint()).contains("kafka.log"));
    }

    @Test
    void aKilledUnitIsStartedAgain() throws IOException {
        Unit unit = sandbox.spec().brokerUnits().getFirst();
        starter.startAll(List.of(unit));
        long pid = sandbox.processes().getFirst().pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        await().until(() -> !sandbox.isRunning(unit));

        assertThat(starter.startAll(List.of(unit)).getFirst()).contains(" started (pid ");
        assertThat(sandbox.processes().getFirst().pid()).isNotEqualTo(pid);
    }

    @Test
    void whatWasKilledAMomentAgoDoesNotPassForRunning() {
        Unit unit = sandbox.spec().brokerUnits().getFirst();
        for (int i = 0; i < 5; i++) {
            starter.startAll(List.of(unit));
            long pid = sandbox.processes().getFirst().pid();
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();

            starter.startAll(List.of(unit));

            assertThat(sandbox.processes()).singleElement().matches(p -> p.pid() != pid);
        }
    }

    @Test
    void whatIsFrozenIsStoppedToo() throws IOException, InterruptedException {
        Unit unit = sandbox.spec().brokerUnits().getFirst();
        starter.startAll(List.of(unit));
        long pid = sandbox.processes().getFirst().pid();
        new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();

        shutdown.stopAll();

        assertThat(sandbox.processes()).isEmpty();
    }

    @Test
    void aPidThatBelongsToSomebodyElseNowIsLeftAlone() throws IOException {
        Unit unit = sandbox.spec().brokerUnits().getFirst();
        long own = ProcessHandle.current().pid();
        Files.writeString(sandbox.layout().pidFile(unit), own + " 1\n");

        assertThat(sandbox.isRunning(unit)).isFalse();
        assertThat(shutdown.stopAll()).isZero();
    }
}
