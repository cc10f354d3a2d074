package io.pgprimacy.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessIdTest {
    private static final String TAIL = " 42 42 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 98765 1000 10";

    @Test
    void aNameMayHoldBlanksAndParentheses() {
        ProcessId.Stat stat = ProcessId.Stat.parse("7 (a) b (c)) S 3" + TAIL);

        assertThat(stat).isEqualTo(new ProcessId.Stat("a) b (c)", 'S', 3, 98765));
    }

    @Test
    void aZombieIsDead() {
        assertThat(ProcessId.Stat.parse("7 (java) Z 3" + TAIL).dead()).isTrue();
    }

    @Test
    void itselfRunsAndIsToldFromAnEarlierHolderOfItsPid() {
        long pid = ProcessHandle.current().pid();
        ProcessId self = ProcessId.running(pid).orElseThrow();

        assertThat(self.isRunning()).isTrue();
        assertThat(new ProcessId(pid, self.started() - 1).isRunning()).isFalse();
    }

    @Test
    void aDamagedFileNamesNobody(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("pid");

        assertThat(ProcessId.running(file)).isEmpty();
        assertThat(ProcessId.running(Files.writeString(file, "17"))).isEmpty();
        assertThat(ProcessId.running(Files.writeString(file, "one two"))).isEmpty();
    }
}
