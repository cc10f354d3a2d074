package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Everything that runs is gone at a random moment, in the middle of writing; the bucket and the key are left. */
class LostHostsTest {
    private static final Duration WORST = Duration.ofSeconds(5);

    @Test
    void whatIsLostIsAboutASecond() throws Exception {
        try (BackupTestBed bed = new BackupTestBed()) {
            Server a = bed.initdbArchiving("a");
            a.start();
            a.sql(
                    "create table t(i bigint generated always as identity, at timestamptz default clock_timestamp(), filler text)");
            Process keeper = bed.startKeeper(a, 1, 1);
            assertThat(bed.backup(a).getLast()).contains("\"completed\"");
            Path script = Files.writeString(
                    bed.directory.resolve("load.sql"), "insert into t(filler) values (repeat('x', 3000));");
            Process load = new ProcessBuilder(
                            Server.bin().resolve("pgbench").toString(),
                            "-n",
                            "-f",
                            script.toString(),
                            "-c",
                            "1",
                            "-T",
                            "600",
                            "-h",
                            "127.0.0.1",
                            "-p",
                            "" + a.port(),
                            "-U",
                            "postgres",
                            "postgres")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Awaitility.await()
                    .atMost(BackupTestBed.BOUND)
                    .until(() -> bed.keeperEvents(a).stream()
                                    .filter(e -> e.contains("\"slice\""))
                                    .count()
                            > 20);
            long wait = new SplittableRandom().nextLong(2_000);
            TimeUnit.MILLISECONDS.sleep(wait);
            keeper.destroyForcibly();
            a.stop("immediate");
            load.destroyForcibly().waitFor();
            bed.killStorage();

            Path target = bed.directory.resolve("restored");
            int port = BackupTestBed.freePort();
            bed.restore(target, "--to", "latest", "--start", "--postgres-options", "-c port=" + port)
                    .expectSuccess();
            Server restored = bed.running("restored", target, port);
            assertThat(restored.sql("select count(*) = max(i) from t"))
                    .as("a beginning without gaps")
                    .isEqualTo("t");
            String last = restored.sql("select max(at) from t");
            a.start();
            long lost = Long.parseLong(
                    a.sql("select (extract(epoch from max(at) - '" + last + "') * 1000)::bigint from t"));
            System.out.println("lost " + lost + " ms of commits, "
                    + a.sql("select count(*) from t where at > '" + last + "'") + " of "
                    + a.sql("select count(*) from t") + "; "
                    + bed.keeperEvents(a).stream()
                            .filter(e -> e.contains("\"status\""))
                            .reduce((_, e) -> e)
                            .orElse(""));
            assertThat(Duration.ofMillis(lost)).isLessThan(WORST);
        }
    }
}
