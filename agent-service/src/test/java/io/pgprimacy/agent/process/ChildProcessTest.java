package io.pgprimacy.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** {@code cat} is the child: it repeats what it is given, and ends when its standard input does. */
class ChildProcessTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final CompletableFuture<ProcessResult> end = new CompletableFuture<>();

    @Test
    void isGivenItsInputAndSaysItsLinesAndEndsWhenTold() throws Exception {
        ChildProcess child = start("cat");

        assertThat(lines.poll(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo("settings");
        assertThat(child.isAlive()).isTrue();
        child.end();

        assertThat(end.get(BOUND.toSeconds(), TimeUnit.SECONDS).exitCode()).isZero();
    }

    @Test
    void endsByItselfAndTellsWhy() throws Exception {
        start("sh", "-c", "echo last words; echo trouble >&2; exit 7");

        ProcessResult result = end.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.complaint()).isEqualTo("trouble");
        assertThat(lines).as("all lines come before the end").containsExactly("last words");
    }

    @Test
    void isKilledWhereItDoesNotEnd() throws Exception {
        ChildProcess child = start("cat");
        assertThat(lines.poll(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo("settings");
        LinuxCalls.kill(child.pid(), 19);

        child.end(Duration.ofMillis(200));

        assertThat(end.get(BOUND.toSeconds(), TimeUnit.SECONDS).exitCode()).isEqualTo(128 + 9);
    }

    @Test
    void doesNotOutliveAParentThatIsKilled() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            ProcessIdentity child =
                    ProcFs.alive(Long.parseLong(said.readLine())).orElseThrow();

            parent.destroyForcibly();

            Awaitility.await().atMost(BOUND).until(() -> !child.isAlive());
        } finally {
            parent.destroyForcibly();
        }
    }

    /** Starts a child and waits for ever. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            ChildProcess child =
                    ProcessRunner.asSelf().startChild(List.of("cat"), "settings\n", line -> {}, result -> {});
            System.out.println(child.pid());
            Thread.currentThread().join();
        }
    }

    private ChildProcess start(String... command) {
        return ProcessRunner.asSelf().startChild(List.of(command), "settings\n", lines::add, end::complete);
    }
}
