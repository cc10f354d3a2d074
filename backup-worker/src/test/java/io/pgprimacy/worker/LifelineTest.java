package io.pgprimacy.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifelineTest {
    @Test
    void aProcessReadsItsSettingsAndEndsWithItsStandardInput() throws Exception {
        Process process = start();
        try (BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            process.getOutputStream().write("keys=first\\nsecond\n\n".getBytes(UTF_8));
            process.getOutputStream().flush();

            assertThat(said.readLine()).isEqualTo("first second");
            assertThat(process.isAlive()).isTrue();

            process.getOutputStream().close();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(Lifeline.CUT);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void oneThatMayOutliveItsAgentGoesOnWhileTheLockIsHeldAndForAWhileWithout(@TempDir Path directory)
            throws Exception {
        Path lock = directory.resolve("lock");
        Process process = start(lock.toString());
        try (FileChannel file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            FileLock held = file.lock();
            process.getOutputStream().write("keys=x\n\n".getBytes(UTF_8));
            process.getOutputStream().flush();
            assertThat(said.readLine()).isEqualTo("x");

            process.getOutputStream().close();
            assertThat(process.waitFor(3, TimeUnit.SECONDS)).isFalse();

            held.release();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(Lifeline.CUT);
            assertThat(said.readLine()).isEqualTo("its agent has not come back for 2 s");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void halfOfTheSettingsAreNone() {
        Lifeline lifeline = new Lifeline(new ByteArrayInputStream("type=full\ncluster=main\n".getBytes(UTF_8)));

        assertThatThrownBy(lifeline::settings).isInstanceOf(EOFException.class);
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Says its one setting, and would then wait for ever. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            Lifeline lifeline = new Lifeline(System.in);
            Properties settings = lifeline.settings();
            if (arguments.length == 0) {
                lifeline.hold();
            } else {
                lifeline.holdOrOutlive(Path.of(arguments[0]), Duration.ofSeconds(2), System.out::println);
            }
            System.out.println(settings.getProperty("keys", "").replace('\n', ' '));
            Thread.currentThread().join();
        }
    }
}
