package io.pgprimacy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterCommandsTest {
    private static final String HEALTHY = """
            {"cluster":"main","term":3,"primary":"pg2","phase":"serving","paused":false,"halted":false,"healthy":true,
             "problems":[],"config":{"profile":"fast","sync":false,"parameters":{"work_mem":"4MB"}},
             "verdict":{"rule":"C1","because":"all is well"},
             "members":[
              {"name":"pg1","role":"standby","state":"streaming","host":"127.0.0.1","port":20001,"timeline":2,
               "receivedLsn":"0/5000148","replayedLsn":"0/5000100","lagBytes":2048},
              {"name":"pg2","role":"primary","state":"running","host":"127.0.0.1","port":20002,"timeline":2,
               "receivedLsn":"0/5000148","replayedLsn":"0/5000148","lagBytes":null}]}
            """;
    private static final String STILL_READING = """
            {"status":503,"code":"still-reading","detail":"it reads its logs","hint":"ask again"}""";
    private static final String SICK = """
            {"cluster":"main","term":3,"primary":null,"phase":"failing-over","healthy":false,
             "problems":["there is no primary"],"members":[]}
            """;

    private FakeCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = new FakeCoordinator();
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    @Test
    void listIsATable() {
        coordinator.on("GET ", 200, HEALTHY);

        assertThat(Ran.at(coordinator, "list").out()).isEqualTo("""
                cluster main   term 3   primary pg2   healthy
                NAME  ROLE     STATE      ADDRESS          TL   RECEIVED   REPLAYED     LAG
                pg1   standby  streaming  127.0.0.1:20001   2  0/5000148  0/5000100  2.0 kB
                pg2   primary  running    127.0.0.1:20002   2  0/5000148  0/5000148       -
                """);
    }

    @Test
    void operationsAreATableOfWhatWasAskedFor() {
        coordinator.on("GET /operations", 200, """
                [{"id":"r2","requestedAt":"2026-11-24T03:00:00Z","kind":"switchover","actor":"jane","state":"RUNNING",
                  "message":"pg1 prepares to hand over to pg2"}]""");

        Ran ran = Ran.at(coordinator, "operations", "--state", "running,pending", "--node", "pg2");

        assertThat(ran.out()).isEqualTo("""
                ID  ASKED                 KIND        BY    STATE    MESSAGE
                r2  2026-11-24T03:00:00Z  switchover  jane  running  pg1 prepares to hand over to pg2
                """);
        assertThat(coordinator.asked()).containsExactly("GET /operations?limit=20&state=running,pending&node=pg2");
    }

    @Test
    void walStatusTellsTheWindowAndFailsOnAHole() {
        String wal = """
                {"keeping":{"node":"pg2","term":3,"timeline":2,"state":"STORE_AWAY","detail":"refused"},
                 "flushed":"0/5000148","stored":"0/5000100","behindBytes":72,"why":null,
                 "window":{"backup":"20261123T1","from":"2026-11-23T15:00:00Z","fromLsn":"0/28","newest":"2026-11-23T16:00:00Z"},
                 "timelines":[{"timeline":2,"start":"0/1000000","end":"0/5000100","bytes":7000000,
                   "newest":"2026-11-23T16:00:00Z","holes":[{"start":"0/3000000","end":"0/4000000"}]}]}
                """;
        coordinator.on("GET /wal", 200, wal);

        Ran ran = Ran.at(coordinator, "wal", "status");
        assertThat(ran.code()).as(ran.err()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("""
                pg2 archives timeline 2 under term 3: store away, refused
                stored up to 0/5000100 of 0/5000148, 72 bytes behind
                one can recover to any moment since 2026-11-23T15:00:00Z, the end of backup 20261123T1; WAL was last stored at 2026-11-23T16:00:00Z
                TL  START      END        STORED  LAST                  HOLES
                 2  0/1000000  0/5000100    7 MB  2026-11-23T16:00:00Z      1
                hole in timeline 2: 0/3000000 to 0/4000000; nothing after it can be reached from a backup before it
                """);
    }

    @Test
    void listAsJsonIsTheCoordinatorsDocument() {
        coordinator.on("GET ", 200, HEALTHY);

        assertThat(App.JSON.readTree(Ran.at(coordinator, "list", "--json").out()))
                .isEqualTo(App.JSON.readTree(HEALTHY));
    }

    @Test
    void statusTellsByItsExitCode() {
        coordinator.on("GET ", 200, HEALTHY).on("GET ", 200, SICK);

        Ran well = Ran.at(coordinator, "status");
        Ran sick = Ran.at(coordinator, "status");

        assertThat(well.code()).isZero();
        assertThat(well.out()).contains("now: C1: all is well");
        assertThat(sick.code()).isEqualTo(1);
        assertThat(sick.out()).contains("NOT HEALTHY (failing-over)", "problem: there is no primary");
    }

    @Test
    void waitReturnsWhenHealthy() {
        coordinator.on("GET ", 200, SICK).on("GET ", 503, "{}").on("GET ", 200, HEALTHY);

        Ran ran = Ran.at(coordinator, "wait", "healthy", "--timeout", "20s");

        assertThat(ran.code()).isZero();
        assertThat(ran.err()).contains("there is no primary");
        assertThat(ran.out()).contains("primary pg2");
    }

    @Test
    void waitTimesOut() {
        coordinator.on("GET ", 200, SICK);

        Ran ran = Ran.at(coordinator, "wait", "healthy", "--timeout", "200ms");

        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.err()).contains("not healthy after 200 ms", "there is no primary", "hint: ");
    }

    @Test
    void aCoordinatorThatStillReadsIsWaitedFor() {
        coordinator
                .on("GET ", 503, STILL_READING)
                .on("GET ", 503, STILL_READING)
                .on("GET ", 200, HEALTHY);

        Ran ran = Ran.at(coordinator, "list");

        assertThat(ran.code()).isZero();
        assertThat(coordinator.asked()).hasSize(3);
    }

    @Test
    void waitTimesOutInTimeAlsoWhileTheCoordinatorStillReads() {
        coordinator.on("GET ", 503, STILL_READING);
        long begun = System.nanoTime();

        Ran ran = Ran.at(coordinator, "wait", "healthy", "--timeout", "200ms");

        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.err()).contains("not healthy after 200 ms", "it reads its logs");
        // It has 15 s where nobody says how long.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void dsnHoldsEveryMember() {
        coordinator.on("GET ", 200, HEALTHY);

        assertThat(Ran.at(coordinator, "dsn").out().strip())
                .isEqualTo("postgresql://postgres@127.0.0.1:20001,127.0.0.1:20002/postgres"
                        + "?target_session_attrs=read-write");
    }

    @Test
    void anUnknownNodeIsTheCallersMistake() {
        coordinator.on("GET /why-not/pg9", 404, """
                {"status":404,"detail":"cluster main has no node pg9","hint":"its members are pg1, pg2"}""");

        Ran ran = Ran.at(coordinator, "why-not", "pg9");

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).isEqualTo("""
                error: cluster main has no node pg9
                hint: its members are pg1, pg2
                """);
    }

    @Test
    void theNextCoordinatorIsAskedWhenOneIsGone() {
        coordinator.on("GET ", 200, HEALTHY);

        Ran ran = Ran.with(Map.of("PGPRIMACY_URL", "http://127.0.0.1:1," + coordinator.url()), "list");

        assertThat(ran.code()).isZero();
    }

    @Test
    void whatIsNoCoordinatorIsNotTrusted() {
        coordinator.on("GET ", 200, "<html>hello</html>");

        Ran ran = Ran.at(coordinator, "list");

        assertThat(ran.code()).as(ran.err()).isEqualTo(1);
        assertThat(ran.err()).contains("is not a coordinator of pgprimacy");
    }

    @Test
    void eventsAreLines() {
        coordinator.on("GET /events", 200, """
                [{"offset":7,"time":"2026-11-22T10:00:00.123456Z","kind":"decision","sentence":"pg2 was chosen",
                  "ignored":null}]""");

        assertThat(Ran.at(coordinator, "events").out()).isEqualTo("     7  10:00:00.123Z  decision  pg2 was chosen\n");
    }

    @Test
    void explainSpeaksTheCoordinatorsWords() {
        coordinator.on("GET /explain/last", 200, "{\"text\":\"because\\n\"}");

        assertThat(Ran.at(coordinator, "explain").out()).isEqualTo("because\n");
    }
}
