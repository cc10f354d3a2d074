package io.pgprimacy.systemtests;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One of three brokers is lost, restarted, frozen or full, and no primary notices. */
class BrokerFaultsTest {
    /** The lease is 3 s. */
    private static final Duration LONGER_THAN_A_LEASE = Duration.ofSeconds(6);

    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS.withBrokers(3));

    private final SandboxUnderTest sandbox = SHARED.get();
    private Brokers brokers;

    @BeforeEach
    void connect() {
        brokers = new Brokers(sandbox);
        brokers.awaitInSync();
    }

    @AfterEach
    void disconnect() {
        brokers.close();
    }

    private void assertUntouchedBy(String fault, Runnable work) {
        try (LogReading reading = new LogReading(brokers.bootstrapServers())) {
            Duration pause = Untouched.by(sandbox, work);
            System.out.printf(
                    "%s: writes paused for %d ms at most, the log for %d ms%n",
                    fault, pause.toMillis(), reading.longestPause().toMillis());
        }
    }

    @Test
    void theLossOfThePartitionsLeader() {
        String leader = brokers.leadByPreferred();
        assertUntouchedBy("kill -9 of the partition's leader " + leader, () -> loseFor(leader));
    }

    @Test
    void theLossOfTheQuorumsLeader() {
        String leader = brokers.quorumLeader();
        assertUntouchedBy("kill -9 of the quorum's leader " + leader, () -> loseFor(leader));
    }

    private void loseFor(String broker) {
        brokers.end(broker, "KILL");
        Eventually.pass(LONGER_THAN_A_LEASE);
        brokers.start(broker);
    }

    @Test
    void aRollingRestart() {
        assertUntouchedBy(
                "rolling restart",
                () -> brokers.all().forEach(broker -> {
                    brokers.end(broker, "TERM");
                    brokers.start(broker);
                    brokers.awaitInSync();
                }));
    }

    @Test
    void aFrozenLeaderOfThePartition() {
        String leader = brokers.leadByPreferred();
        assertUntouchedBy("freeze of the partition's leader " + leader, () -> freeze(leader));
    }

    @Test
    void aFrozenFollower() {
        brokers.leadByPreferred();
        String follower = brokers.all().getLast();
        assertUntouchedBy("freeze of a follower " + follower, () -> freeze(follower));
    }

    private void freeze(String broker) {
        List<Long> pid = brokers.pid(broker);
        Processes.signal("STOP", pid);
        try {
            Eventually.pass(LONGER_THAN_A_LEASE);
        } finally {
            Processes.signal("CONT", pid);
        }
    }

    @Test
    void aFullDiskOfTheLeader() {
        Assumptions.assumeTrue(TinyDisk.canBeMade(), "only root can mount a small disk");
        String leader = brokers.all().getFirst();
        Path data = sandbox.directory().resolve(leader).resolve("data");
        brokers.end(leader, "TERM");
        try (TinyDisk disk = new TinyDisk(data, "256m")) {
            brokers.start(leader);
            brokers.leadByPreferred();
            List<Long> pid = brokers.pid(leader);
            assertUntouchedBy("full disk of the partition's leader " + leader, () -> {
                disk.fill();
                Brokers.awaitEnd(leader, pid);
                Eventually.pass(LONGER_THAN_A_LEASE);
            });
        }
        brokers.start(leader);
    }
}
