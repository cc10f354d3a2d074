package io.pgprimacy.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UptimeClockTest {
    /** The guard, a shell script, compares its deadline with /proc/uptime: both must be the same clock. */
    @Test
    void is_what_the_guard_reads() throws IOException {
        Duration before = UptimeClock.system().now();
        String[] words = Files.readString(Path.of("/proc/uptime")).split("[. ]");
        Duration guards = UptimeClock.ofCentiseconds(Long.parseLong(words[0] + words[1]));
        Duration after = UptimeClock.system().now();
        assertThat(guards).isBetween(before, after);
    }
}
