package io.pgprimacy.systemtests.chains;

import io.pgprimacy.systemtests.backup.BackupTestBed;
import io.pgprimacy.systemtests.backup.Server;
import java.io.IOException;
import java.util.List;
import org.awaitility.Awaitility;

/** pgbench, until it is closed; afterwards none of its transactions is open. */
final class Load implements AutoCloseable {
    private static final String LONGEST_SECONDS = "600";

    private final Server server;
    private final Process pgbench;

    Load(Server server) throws IOException {
        this.server = server;
        this.pgbench = new ProcessBuilder(List.of(
                        Server.bin().resolve("pgbench").toString(),
                        "-n",
                        "-c",
                        "2",
                        "-T",
                        LONGEST_SECONDS,
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + server.port(),
                        "-U",
                        "postgres",
                        "postgres"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Until it has written something. */
    void await() {
        String before = written();
        Awaitility.await().atMost(BackupTestBed.BOUND).until(() -> !written().equals(before));
    }

    private String written() {
        return server.sql("select count(*) from pgbench_history");
    }

    @Override
    public void close() {
        pgbench.destroyForcibly().onExit().join();
        Awaitility.await()
                .atMost(BackupTestBed.BOUND)
                .until(() -> server.sql("select count(*) from pg_stat_activity where application_name = 'pgbench'")
                        .equals("0"));
    }
}
