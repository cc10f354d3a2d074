package io.pgprimacy.worker.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script itself, run by a shell as PostgreSQL's archiver runs it. */
class GateTest {
    private static final String SEGMENT = "000000010000000000000001";

    @TempDir
    Path directory;

    private Gate gate;

    @BeforeEach
    void setUp() throws Exception {
        gate = new Gate(directory.resolve("gate"));
        gate.prepare();
    }

    @Test
    void itIsShutUntilItIsOpened() throws Exception {
        assertThat(ask(SEGMENT)).isEqualTo(1);
        gate.open(SEGMENT);
        assertThat(ask(SEGMENT)).isZero();
        assertThat(ask("000000010000000000000002")).isEqualTo(1);
    }

    @Test
    void whoAsksJustTooEarlyNeedNotAskAgain() throws Exception {
        Process asking = start(SEGMENT);
        gate.open(SEGMENT);
        assertThat(asking.waitFor()).isZero();
    }

    @Test
    void nobodyWaitsWhileTheStoreIsAwayOrTheKeeperIsDead() throws Exception {
        gate.storeIsAway(true);
        assertThat(took(SEGMENT)).isLessThan(Duration.ofMillis(900));
        gate.storeIsAway(false);
        assertThat(took(SEGMENT)).isGreaterThan(Duration.ofMillis(900));
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.writeString(directory.resolve("gate/keeper"), gone.pid() + "\n");
        assertThat(took(SEGMENT)).isLessThan(Duration.ofMillis(900));
    }

    @Test
    void markersOfWhatIsNotAskedForAreTakenAway() throws Exception {
        gate.open(SEGMENT);
        gate.open("00000002.history");
        gate.keepOnly(Set.of("00000002.history"));
        assertThat(ask(SEGMENT)).isEqualTo(1);
        assertThat(ask("00000002.history")).isZero();
    }

    @Test
    void aDirectoryThatWouldNeedQuotingIsRefused() {
        for (String name : new String[] {"a b", "a'b", "a%f", "a$b", "a;b"}) {
            assertThatThrownBy(() -> new Gate(directory.resolve(name))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Duration took(String file) throws Exception {
        long begun = System.nanoTime();
        assertThat(ask(file)).isEqualTo(1);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private int ask(String file) throws Exception {
        Process asking = start(file);
        assertThat(asking.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return asking.exitValue();
    }

    private Process start(String file) throws Exception {
        return new ProcessBuilder("sh", "-c", gate.command().replace("%f", file)).start();
    }
}
