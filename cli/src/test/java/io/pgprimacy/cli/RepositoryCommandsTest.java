package io.pgprimacy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepositoryCommandsTest {
    private static final String BACKUPS = """
            {"source":"storage","why":null,"running":null,"backups":[
              {"id":"20261123T1","type":"full","parent":null,"node":"pg1","startLsn":"0/28","stopLsn":"0/90",
               "stopTime":"2026-11-23T15:00:00Z","sourceBytes":41000000,"storedBytes":4100000,"wrongPages":0,"suspect":false,
               "state":{"verified":"2026-11-23T16:00:00Z","proven":{"at":"2026-11-23T18:00:00Z","seconds":12.5},"damaged":[],"removing":false,"expired":null,
                        "pinned":{"at":"2026-11-23T15:30:00Z","actor":"ann","reason":"audit"}}},
              {"id":"20261123T2","type":"incremental","parent":"20261123T1","node":"pg2","startLsn":"0/128","stopLsn":"0/190",
               "stopTime":"2026-11-23T15:10:00Z","sourceBytes":41000000,"storedBytes":100000,"wrongPages":0,"suspect":false,
               "state":{"verified":"2026-11-23T16:00:00Z","removing":false,"pinned":null,
                        "damaged":[{"object":"data/00000001","expected":"10 bytes","found":"no object"}],
                        "expired":{"at":"2026-11-23T17:00:00Z","actor":"cron","reason":"nightly"}}}]}
            """;
    private static final String PLAN = """
            {"policy":"2 full","backups":[
              {"backup":"20261123T1","incarnation":1,"stays":false,"because":["no rule keeps it"]},
              {"backup":"20261123T2","incarnation":1,"stays":true,"because":["it is pinned","it is the last good backup"]}],
             "wal":["incarnation 1, all timelines, since 0/28"],"walGoes":{"objects":3,"bytes":2500000}}
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
    void backupsShowsWhatIsKnownOfEach() {
        coordinator.on("GET /backups", 200, BACKUPS);
        assertThat(Ran.at(coordinator, "backups").out()).isEqualTo("""
                ID          TYPE         PARENT      NODE  START  STOP   ENDED                    SIZE  STORED  NOTES
                20261123T1  full         -           pg1   0/28   0/90   2026-11-23T15:00:00Z  41.0 MB  4.1 MB  pinned by ann: audit; verified 2026-11-23T16:00:00Z; proven 2026-11-23T18:00:00Z, open after 12.5 s
                20261123T2  incremental  20261123T1  pg2   0/128  0/190  2026-11-23T15:10:00Z  41.0 MB  0.1 MB  DAMAGED: data/00000001 is no object, not 10 bytes; goes: marked 2026-11-23T17:00:00Z by cron: nightly
                """);
    }

    @Test
    void logicalBackupsStandApart() {
        coordinator.on("GET /backups", 200, """
                {"source":"storage","backups":[],"dumps":[
                  {"id":"20261123T3","type":"logical","node":"pg2","startTime":"2026-11-23T15:00:00Z","stopTime":"2026-11-23T15:01:00Z",
                   "requested":[],"databases":[{"name":"it's"},{"name":"postgres"}],"databaseCount":2,"sourceBytes":2000000,"storedBytes":400000,
                   "state":{"verified":null,"removing":false,"expired":null,"damaged":[],
                            "pinned":{"at":"2026-11-23T15:30:00Z","actor":"ann","reason":"audit"}}}]}""");
        assertThat(Ran.at(coordinator, "backups").out()).isEqualTo("""
                there is no backup yet: pgprimacy backup

                LOGICAL     NODE  BEGAN                 ENDED                   SIZE  STORED  DATABASES       NOTES
                20261123T3  pg2   2026-11-23T15:00:00Z  2026-11-23T15:01:00Z  2.0 MB  0.4 MB  it's, postgres  pinned by ann: audit
                """);
    }

    @Test
    void databasesAreNamedOfLogicalBackupsOnly() {
        Ran ran = Ran.at(coordinator, "backup", "--database", "a");

        assertThat(ran.err()).contains("a full backup is of all databases", "--type logical");
    }

    @Test
    void aPlanIsATable() {
        coordinator.on("POST /retention/plan", 200, PLAN);
        Ran ran = Ran.at(coordinator, "retention", "plan", "--full", "2", "--window", "7d");
        assertThat(ran.out()).as(ran.err()).isEqualTo("""
                stays: 2 full
                BACKUP             BECAUSE
                20261123T1  GOES   no rule keeps it
                20261123T2  stays  it is pinned; it is the last good backup
                WAL stays: incarnation 1, all timelines, since 0/28
                WAL goes: 3 objects of WAL, 2.5 MB that no backup needs
                """);
        assertThat(coordinator.lastBody().toString()).isEqualTo("{\"full\":2,\"window\":\"7d\"}");
    }

    @Test
    void applyShowsThePlanAndDoesNothingWithoutAYes() {
        coordinator.on("POST /retention/plan", 200, PLAN);
        Ran ran = Ran.at(coordinator, "retention", "apply", "--full", "1", "--reason", "nightly");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("20261123T1  GOES", "--yes was not given");
        assertThat(coordinator.asked()).containsExactly("POST /retention/plan");

        coordinator.on("POST /requests/retention", 202, "{\"id\":\"q1\"}");
        coordinator.on("GET /operations/q1", 200, """
                {"id":"q1","state":"SUCCEEDED","message":"retention was applied: marked: 20261123T1 (no rule keeps it)"}""");
        Ran yes = Ran.at(coordinator, "retention", "apply", "--full", "1", "--reason", "nightly", "--yes");
        assertThat(yes.out()).isEqualTo("""
                retention done: retention was applied: marked: 20261123T1 (no rule keeps it)
                """);
    }

    @Test
    void withoutAPolicyItIsTheConfiguredOne() {
        coordinator.on("POST /retention/plan", 200, PLAN);
        assertThat(Ran.at(coordinator, "retention", "plan").out()).startsWith("stays: 2 full");
        assertThat(coordinator.lastBody().toString()).isEqualTo("{}");
    }

    @Test
    void whatIsNotSaidEnoughIsWrongUse() {
        assertThat(Ran.at(coordinator, "retention").err()).contains("plan or apply");
        assertThat(Ran.at(coordinator, "pin", "20261123T1").err()).contains("--reason");
        assertThat(Ran.at(coordinator, "pin", "20261123T1", "--reason", " ").code())
                .isEqualTo(2);
        assertThat(coordinator.asked()).isEmpty();
    }

    @Test
    void aRefusalIsToldWithItsHint() {
        coordinator.on("POST /backups/x/pin", 404, """
                {"status":404,"code":"unknown-backup","detail":"there is no backup x","hint":"backups shows them"}""");
        Ran ran = Ran.at(coordinator, "pin", "x", "--reason", "audit");
        assertThat(ran.code()).isNotZero();
        assertThat(ran.err()).contains("there is no backup x", "backups shows them");

        coordinator.on("POST /backups/y/pin", 200, "{\"backup\":\"y\",\"pinned\":true}");
        assertThat(Ran.at(coordinator, "pin", "y", "--reason", "audit").out()).isEqualTo("backup y is pinned\n");
    }

    @Test
    void aVerificationRunsUntilAllWasSeenAndFailsOnDamage() {
        coordinator.on("GET /backups", 200, BACKUPS);
        coordinator.on("POST /verifications", 200, """
                {"objects":4,"bytes":1000000,"passed":["20261123T1"],"damaged":[],"unreadable":[]}""");
        coordinator.on("POST /verifications", 200, """
                {"objects":3,"bytes":500000,"passed":["20261123T2"],
                 "damaged":["clusters/main/1/backups/20261123T2/data/00000001"],"unreadable":[]}""");
        Ran ran = Ran.at(coordinator, "verify-repository", "--rate", "50");
        assertThat(ran.code()).as(ran.err()).isEqualTo(1);
        assertThat(ran.out()).contains("damaged: clusters/main/1/backups/20261123T2/data/00000001");
        assertThat(ran.err()).contains("4 objects, 1.0 MB, 1 of 2 backups", "7 objects, 1.5 MB");
        assertThat(coordinator.lastBody().path("bytesPerSecond").asLong()).isEqualTo(50_000_000);
    }

    @Test
    void aPreviewSaysWhatARestoreTakes() {
        coordinator.on("POST /restore/preview", 200, """
                {"target":"the end of the WAL","backup":"20261123T2","type":"incremental","node":"pg2",
                 "backupEnded":"2026-11-23T15:10:00Z","chain":["20261123T1","20261123T2"],"timeline":2,"backupBytes":4200000,
                 "walFrom":"0/128","walUpTo":"0/5000000","walSegments":5,"walBytes":800000,"downloadBytes":5000000,
                 "complete":false,"newestWal":"2026-11-23T16:00:00Z","ends":"with the last commit"}""");
        Ran ran = Ran.at(coordinator, "restore", "preview", "--to", "latest");
        assertThat(ran.out()).isEqualTo("""
                backup    20261123T2, incremental, of pg2, ended 2026-11-23T15:10:00Z; 2 to download, 4.2 MB at the most
                WAL       0/128 to 0/5000000 at the latest, timeline 2; 5 segments, 0.8 MB
                ends      with the last commit
                download  5.0 MB
                """);
        assertThat(ran.err()).contains("there is a hole in the WAL after 0/5000000");
        coordinator.on("POST /restore/preview", 409, """
                {"status":409,"code":"unreachable-target","detail":"it is before the first backup","hint":"from 15:10"}""");
        assertThat(Ran.at(coordinator, "restore", "preview").code()).isEqualTo(2);
    }

    @Test
    void nothingIsVerifiedWhereTheStorageServiceIsAway() {
        coordinator.on("GET /backups", 200, "{\"source\":\"log\",\"why\":\"it does not answer\",\"backups\":[]}");
        Ran ran = Ran.at(coordinator, "verify-repository");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("nothing can be verified: it does not answer");
    }
}
