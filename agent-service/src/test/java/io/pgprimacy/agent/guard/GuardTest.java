package io.pgprimacy.agent.guard;

import static io.pgprimacy.agent.PostgresTestBed.BOUND;
import static io.pgprimacy.agent.PostgresTestBed.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.agent.PostgresTestBed;
import io.pgprimacy.agent.postgres.PostgresInstance;
import io.pgprimacy.agent.process.ProcFs;
import io.pgprimacy.agent.process.ProcessIdentity;
import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.agent.process.Signal;
import io.pgprimacy.agent.process.UptimeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuardTest {
    private static final UptimeClock CLOCK = UptimeClock.system();

    private final PostgresTestBed bed = new PostgresTestBed();
    private Guard guard;
    private PostgresInstance node;

    @BeforeEach
    void start() {
        node = bed.primary("n1");
        guard = guardOf(bed.directory().resolve("run"));
        assertThat(guard.ensureRunning()).isTrue();
    }

    @AfterEach
    void stop() throws IOException {
        guard.process().ifPresent(Signal.KILL::sendTo);
        bed.close();
    }

    private Guard guardOf(Path runtime) {
        return new Guard(new GuardSettings(runtime, node.settings().dataDirectory(), Optional.empty()));
    }

    @Test
    void is_started_once_and_acknowledges_what_it_holds() {
        ProcessIdentity process = guard.process().orElseThrow();
        assertThat(guard.ensureRunning()).isFalse();
        assertThat(guard.process()).contains(process);
        Duration deadline = CLOCK.now().plusSeconds(60);
        long begun = System.nanoTime();
        guard.hold(deadline);
        assertThat(guard.awaitHeld(deadline, BOUND)).isTrue();
        System.out.printf("guard acknowledges in %.1f ms%n", (System.nanoTime() - begun) / 1e6);
        assertThat(guard.current().deadline()).contains(deadline);
        // A shorter one is not held before the guard says so; here it is asked a second time.
        guard.hold(deadline.minusSeconds(20));
        assertThat(guard.awaitHeld(deadline.minusSeconds(20), BOUND)).isTrue();
        guard.disarm();
        assertThat(guard.awaitDisarmed(BOUND)).isTrue();
    }

    @Test
    void kills_a_stopped_instance_at_the_deadline_and_each_start_after_it() {
        List<ProcessIdentity> before = node.processes().all();
        before.forEach(process -> signal("STOP", process.pid()));
        Duration deadline = CLOCK.now().plusMillis(700);
        guard.hold(deadline);
        assertThat(guard.awaitHeld(deadline, BOUND)).isTrue();
        assertThat(before).allMatch(ProcessIdentity::isAlive);
        await().atMost(BOUND)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> node.processes().all().isEmpty());
        Duration late = CLOCK.now().minus(deadline);
        System.out.printf("guard kill: all dead %d ms after the deadline%n", late.toMillis());
        assertThat(late).isPositive();
        assertThat(guard.fencings()).isNotEmpty();
        int fencings = guard.fencings().size();
        node.startAsStandby(Duration.ofSeconds(5));
        await().atMost(BOUND)
                .until(() ->
                        node.processes().all().isEmpty() && guard.fencings().size() > fencings);
        guard.disarm();
        assertThat(guard.awaitDisarmed(BOUND)).isTrue();
        PostgresTestBed.start(node);
        assertThat(query(node, "select 1")).isEqualTo("1");
    }

    @Test
    void keeps_the_last_deadline_when_the_file_is_garbled() throws IOException {
        Duration deadline = CLOCK.now().plusSeconds(60);
        guard.hold(deadline);
        assertThat(guard.awaitHeld(deadline, BOUND)).isTrue();
        Files.writeString(bed.directory().resolve("run/deadline"), "12x\n");
        Optional<Duration> beat = guard.current().lastBeat();
        await().atMost(BOUND).until(() -> !guard.current().lastBeat().equals(beat));
        assertThat(guard.current().deadline()).contains(deadline);
    }

    @Test
    void obeys_a_term_signal_only_when_there_is_nothing_to_guard() {
        Duration deadline = CLOCK.now().plusSeconds(60);
        guard.hold(deadline);
        assertThat(guard.awaitHeld(deadline, BOUND)).isTrue();
        assertThat(guard.leave(Duration.ofMillis(600))).isFalse();
        guard.disarm();
        assertThat(guard.awaitDisarmed(BOUND)).isTrue();
        assertThat(guard.leave(BOUND)).isTrue();
        assertThat(guard.ensureRunning()).isTrue();
    }

    @Test
    void outlives_whoever_started_it_and_kills_when_nobody_is_left() throws IOException {
        Path runtime = bed.directory().resolve("run2");
        long starter = startGuardFromAnotherJvm(runtime);
        Guard seen = guardOf(runtime);
        await().atMost(BOUND).until(() -> seen.current().deadline().isPresent());
        ProcessIdentity process = seen.process().orElseThrow();
        try {
            Signal.KILL.sendTo(ProcFs.alive(starter).orElseThrow());
            await().atMost(BOUND).until(() -> ProcFs.alive(starter).isEmpty());
            assertThat(process.isAlive()).isTrue();
            assertThat(node.processes().anyAlive()).isTrue();
            // Nobody moves it any more; and when the guard has killed, it ends, and says nothing any more either.
            Duration deadline = seen.current().deadline().orElseThrow();
            await().atMost(BOUND).until(() -> !node.processes().anyAlive());
            assertThat(CLOCK.now()).isGreaterThan(deadline);
        } finally {
            Signal.KILL.sendTo(process);
        }
    }

    @Test
    void costs_next_to_nothing_at_rest() {
        guard.hold(CLOCK.now().plusSeconds(600));
        long pid = guard.process().orElseThrow().pid();
        Duration before = cpu(pid);
        Duration window = Duration.ofSeconds(4);
        long begun = System.nanoTime();
        await().atMost(BOUND).until(() -> System.nanoTime() - begun > window.toNanos());
        double percent = 100.0 * cpu(pid).minus(before).toMillis() / window.toMillis();
        System.out.printf("guard at rest: %.2f %% of a core%n", percent);
        assertThat(percent).isLessThan(3);
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow();
    }

    private long startGuardFromAnotherJvm(Path runtime) {
        return ProcessRunner.asSelf()
                .startDetached(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                GuardStarter.class.getName(),
                                runtime.toString(),
                                node.settings().dataDirectory().toString()),
                        bed.directory().resolve("starter.log"));
    }

    private static void signal(String name, long pid) {
        ProcessRunner.asSelf().run(List.of("kill", "-" + name, Long.toString(pid)), BOUND);
    }
}
