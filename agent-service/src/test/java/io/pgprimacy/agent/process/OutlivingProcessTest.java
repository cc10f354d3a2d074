package io.pgprimacy.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutlivingProcessTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    /** Repeats what it is given until its standard input ends; then it is alone, and waits. */
    private static final String SCRIPT = "cat; echo alone; exec sleep 600";

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final CompletableFuture<ProcessResult> end = new CompletableFuture<>();

    @TempDir
    private Path directory;

    @Test
    void outlivesAParentThatIsKilledAndIsFoundAgainAndEndsWhenTold() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        ProcessIdentity child;
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            child = ProcFs.alive(Long.parseLong(said.readLine())).orElseThrow();
        } finally {
            parent.destroyForcibly();
        }

        OutlivingProcess found = OutlivingProcess.find(directory).orElseThrow();
        found.follow(lines::add, end::complete);

        assertThat(lines.poll(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo("settings");
        assertThat(lines.poll(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo("alone");
        assertThat(found.isAlive()).isTrue();
        assertThat(found.age()).isBetween(Duration.ZERO, BOUND);
        found.end();
        assertThat(end.get(BOUND.toSeconds(), TimeUnit.SECONDS).exitCode()).isEqualTo(-1);
        assertThat(child.isAlive()).isFalse();
    }

    /** Starts one and waits for ever. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws InterruptedException {
            OutlivingProcess child = ProcessRunner.asSelf()
                    .startOutliving(List.of("sh", "-c", SCRIPT), "settings\n", Path.of(arguments[0]));
            System.out.println(child);
            Thread.currentThread().join();
        }
    }

    @Test
    void whatOneSaidThatHasEndedIsReadFromTheFirstLineOn() throws Exception {
        OutlivingProcess process =
                start("read given; echo \"first $given\"; echo trouble >&2; printf 'last\\nhalf'; exit 7");
        process.follow(lines::add, end::complete);
        assertThat(end.get(BOUND.toSeconds(), TimeUnit.SECONDS).exitCode()).isEqualTo(7);
        assertThat(lines).containsExactly("first settings", "last");

        CompletableFuture<ProcessResult> again = new CompletableFuture<>();
        OutlivingProcess found = OutlivingProcess.find(directory).orElseThrow();
        assertThat(found.isAlive()).isFalse();
        found.follow(lines::add, again::complete);

        assertThat(again.get(BOUND.toSeconds(), TimeUnit.SECONDS).errors()).isEqualTo("trouble\n");
        assertThat(lines).containsExactly("first settings", "last", "first settings", "last");
    }

    @Test
    void anotherProcessWithItsPidIsNotTakenForIt() throws Exception {
        ProcessIdentity self = ProcFs.alive(ProcessHandle.current().pid()).orElseThrow();
        String boot = BootId.current();
        assertThat(written(self.pid(), self.startTicks(), boot).isAlive()).isTrue();

        OutlivingProcess later = written(self.pid(), self.startTicks() + 1, boot);
        assertThat(later.isAlive()).isFalse();
        later.end();
        OutlivingProcess afterBoot = written(self.pid(), self.startTicks(), "another");
        assertThat(afterBoot.isAlive()).isFalse();
        assertThat(afterBoot.age()).isZero();
        afterBoot.end(Duration.ZERO);
        afterBoot.follow(lines::add, end::complete);
        assertThat(end.get(BOUND.toSeconds(), TimeUnit.SECONDS).exitCode()).isEqualTo(-1);
    }

    private OutlivingProcess written(long pid, long startTicks, String boot) throws IOException {
        Files.writeString(directory.resolve("process"), pid + " " + startTicks + " " + boot + " 0\n");
        return OutlivingProcess.find(directory).orElseThrow();
    }

    @Test
    void whoCannotBeReadIsNobody() throws Exception {
        assertThat(OutlivingProcess.find(directory)).isEmpty();
        Files.writeString(directory.resolve("process"), "1 ");
        assertThat(OutlivingProcess.find(directory)).isEmpty();
    }

    @Test
    void isKilledWhereItDoesNotEnd() throws Exception {
        OutlivingProcess process = start("trap '' TERM; echo ready; while :; do sleep 1; done");
        process.follow(lines::add, end::complete);
        assertThat(lines.poll(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo("ready");

        process.end(Duration.ofMillis(200));

        assertThat(end.get(BOUND.toSeconds(), TimeUnit.SECONDS).exitCode()).isEqualTo(128 + 9);
        Awaitility.await().atMost(BOUND).until(() -> !process.isAlive());
    }

    private OutlivingProcess start(String script) {
        return ProcessRunner.asSelf().startOutliving(List.of("sh", "-c", script), "settings\n", directory);
    }
}
