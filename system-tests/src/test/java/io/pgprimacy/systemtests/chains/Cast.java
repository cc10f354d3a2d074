package io.pgprimacy.systemtests.chains;

import io.pgprimacy.systemtests.backup.BackupTestBed;
import io.pgprimacy.systemtests.backup.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The servers of one run, who of them is primary, and its WAL keeper. */
final class Cast {
    private static final String KEEPER_INTERVAL = "slice.interval.millis=400";

    private final BackupTestBed bed;
    private final List<String> tablespaces = new ArrayList<>();
    private Server primary;
    private @Nullable Server standby;
    private Process keeper;
    private long term = 1;

    Cast(BackupTestBed bed, ChainPlan plan) throws IOException {
        this.bed = bed;
        this.primary = plan.checksums() ? bed.initdbArchiving("n1", "--data-checksums") : bed.initdbArchiving("n1");
        primary.configure(
                "autovacuum_naptime = 1s",
                "wal_log_hints = " + plan.hints(),
                "max_wal_size = 64MB",
                "hot_standby = on");
        primary.start();
        for (String space : ChainPlan.firstTablespaces()) {
            createTablespace(space);
        }
        primary.program(
                        "pgbench",
                        "-i",
                        "-q",
                        "-s",
                        "1",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + primary.port(),
                        "-U",
                        "postgres")
                .expectSuccess();
        primary.sql("create table marks(number int primary key)");
        keeper = bed.startKeeper(primary, term, term, KEEPER_INTERVAL);
        if (plan.standby()) {
            standby = standby();
        }
    }

    Server primary() {
        return primary;
    }

    Optional<Server> standby(boolean wanted) {
        return wanted ? Optional.ofNullable(standby) : Optional.empty();
    }

    void createTablespace(String name) {
        Path place = place(primary, name);
        BackupTestBed.asPostgres(List.of("mkdir", "-p", place.toString())).expectSuccess();
        primary.sql("create tablespace " + name + " location '" + place + "'");
        tablespaces.add(name);
    }

    /** Where all tablespaces of all servers lie. */
    static Path places(BackupTestBed bed) {
        return bed.directory.resolve("spaces");
    }

    private Path place(Server server, String tablespace) {
        return places(bed).resolve(server.name()).resolve(tablespace);
    }

    void killKeeper() {
        keeper.destroyForcibly().onExit().join();
    }

    void startKeeper() throws IOException {
        keeper = bed.startKeeper(primary, term, term, KEEPER_INTERVAL);
    }

    /** Nothing acknowledged is lost, as with a synchronous standby; what the keeper had not stored, the next one has to find. */
    void promote() throws IOException {
        Server next = Objects.requireNonNull(standby);
        killKeeper();
        primary.sql("insert into pgbench_history(delta, filler) values (0, 'before the promotion')");
        String end = primary.sql("select pg_current_wal_flush_lsn()");
        Awaitility.await()
                .atMost(BackupTestBed.BOUND)
                .until(() -> next.sql("select pg_last_wal_replay_lsn() >= '" + end + "'")
                        .equals("t"));
        primary.stop("immediate");
        next.sql("select pg_promote()");
        primary = next;
        term++;
        startKeeper();
        standby = standby();
    }

    private Server standby() throws IOException {
        String name = "n" + (term + 1);
        Path data = bed.directory.resolve(name);
        List<String> options = new ArrayList<>(
                List.of("-h", "127.0.0.1", "-p", "" + primary.port(), "-U", "postgres", "-D", data.toString(), "-R"));
        for (String space : tablespaces) {
            options.addAll(List.of(
                    "-T",
                    place(primary, space) + "=" + places(bed).resolve(name).resolve(space)));
        }
        options.addAll(List.of("-X", "stream", "--checkpoint=fast", "--no-sync"));
        primary.program("pg_basebackup", options.toArray(String[]::new)).expectSuccess();
        Server standby = bed.server(name, data);
        standby.configure("archive_command = 'sh " + bed.gate(standby).resolve("archived") + " %f'");
        standby.start();
        return standby;
    }
}
