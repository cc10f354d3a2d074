package io.pgprimacy.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LifelineTest {
    @Test
    void aProcessReadsItsSettingsAndEndsWithItsStandardInput() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName())
                .redirectErrorStream(true)
                .start();
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

    /** Says its one setting, and would then wait for ever. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            Lifeline lifeline = new Lifeline(System.in);
            Properties settings = lifeline.settings();
            lifeline.hold();
            System.out.println(settings.getProperty("keys", "").replace('\n', ' '));
            Thread.currentThread().join();
        }
    }
}
