package io.pgprimacy.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeathWatchTest {
    private final BlockingQueue<Long> deaths = new LinkedBlockingQueue<>();

    @TempDir
    Path directory;

    @Test
    void tells_of_each_death_once_and_at_once() throws InterruptedException {
        try (DeathWatch watch = new DeathWatch("watch", process -> deaths.add(System.nanoTime()))) {
            for (int i = 0; i < 5; i++) {
                ProcessIdentity process = sleeper();
                watch.watch(process);
                assertThat(deaths.poll(50, TimeUnit.MILLISECONDS)).isNull();
                long killed = System.nanoTime();
                Signal.KILL.sendTo(process);
                Long told = deaths.poll(10, TimeUnit.SECONDS);
                assertThat(told).isNotNull();
                System.out.printf("death of a process noticed after %.2f ms%n", (told - killed) / 1e6);
            }
            assertThat(deaths).isEmpty();
        }
    }

    @Test
    void tells_of_one_that_was_dead_before() throws InterruptedException {
        ProcessIdentity process = sleeper();
        Signal.KILL.sendTo(process);
        try (DeathWatch watch = new DeathWatch("watch", dead -> deaths.add(dead.pid()))) {
            watch.watch(process);
            assertThat(deaths.poll(10, TimeUnit.SECONDS)).isEqualTo(process.pid());
        }
    }

    private ProcessIdentity sleeper() {
        long pid = ProcessRunner.asSelf().startDetached(List.of("sleep", "60"), directory.resolve("log"));
        return ProcFs.alive(pid).orElseThrow();
    }

    @Test
    void a_program_that_does_not_end_is_ended() {
        ProcessResult result = ProcessRunner.asSelf().run(List.of("sleep", "60"), Duration.ofMillis(100));
        assertThat(result.timedOut()).isTrue();
        assertThat(result.succeeded()).isFalse();
    }

    @Test
    void a_process_name_with_parentheses_is_read() {
        ProcStat stat = ProcStat.parse("12 (a) b (c)) S 1 12 12 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 98765 0 0");
        assertThat(stat).isEqualTo(new ProcStat(12, "a) b (c)", 'S', 1, 98765));
    }
}
