package io.pgprimacy.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.backup.DiscardedUploads.Outcome;
import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shell scripts are the workers. */
class DiscardedUploadsTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final String COMPLETED = "echo '{\"event\":\"completed\",\"place\":\"clusters/demo/1/there/\"}'";
    private static final String AWAY =
            "echo '{\"event\":\"failed\",\"because\":\"503\",\"hint\":\"it is tried again\"}'; exit 1";

    @TempDir
    Path directory;

    private final AtomicInteger begun = new AtomicInteger();
    private Path saved = Path.of("/");
    private Optional<DiscardedUploads> uploads = Optional.empty();

    @BeforeEach
    void putAside() throws IOException {
        saved = Files.createDirectory(directory.resolve("timeline-1"));
    }

    @AfterEach
    void close() {
        uploads.ifPresent(DiscardedUploads::close);
    }

    @Test
    void whatIsStoredIsToldAndNotStoredAgain() throws Exception {
        DiscardedUploads first = uploads(COMPLETED, NEVER);
        summary(3);

        assertThat(first.store(saved, BOUND)).isEqualTo(new Outcome.Stored("clusters/demo/1/there/"));
        assertThat(first.store(saved, BOUND)).isEqualTo(new Outcome.Stored("clusters/demo/1/there/"));
        assertThat(begun).hasValue(1);
        assertThat(first.stored()).containsExactly(fact(3));
        first.close();

        // Another life of the agent knows it from the disk.
        DiscardedUploads second = uploads("exit 1", NEVER);
        Awaitility.await().atMost(BOUND).until(() -> second.stored().equals(List.of(fact(3))));
        assertThat(begun).hasValue(1);
    }

    @Test
    void whatWaitsIsTriedAgainByItselfUntilItIsThere() throws Exception {
        summary(3);
        Path back = directory.resolveSibling(directory.getFileName() + ".back");
        DiscardedUploads away =
                uploads("if [ -e " + back + " ]; then " + COMPLETED + "; else " + AWAY + "; fi", Duration.ofMillis(50));

        assertThat(away.store(saved, BOUND)).isEqualTo(new Outcome.Waiting("503; it is tried again"));
        assertThat(away.stored()).isEmpty();
        assertThat(saved.resolve("stored.json")).doesNotExist();

        Files.createFile(back);
        Awaitility.await().atMost(BOUND).until(() -> away.stored().equals(List.of(fact(3))));
        Files.delete(back);
        assertThat(saved.resolve("summary.json")).exists();
    }

    @Test
    void whoWaitsForOneThatTakesLongDoesNotWaitForEver() throws Exception {
        DiscardedUploads slow = uploads("read x; " + COMPLETED, NEVER);
        summary(3);

        assertThat(slow.store(saved, Duration.ofSeconds(1))).isEqualTo(new Outcome.Waiting("it takes longer than 1 s"));
    }

    @Test
    void oneThatDiesWithoutAWordHasStoredNothing() throws Exception {
        DiscardedUploads dying = uploads("exit 3", NEVER);
        summary(3);

        assertThat(dying.store(saved, BOUND)).isEqualTo(new Outcome.Waiting("the worker ended without a word"));
    }

    @Test
    void whatIsNotWholeIsLeftAlone() {
        uploads(COMPLETED, Duration.ofMillis(20));

        Awaitility.await().during(Duration.ofMillis(300)).atMost(BOUND).until(() -> begun.get() == 0);
    }

    /** The same WAL, measured against the history of another primary. */
    @Test
    void theTermIsTheOneThatWasSaidLast() throws Exception {
        DiscardedUploads known = uploads(COMPLETED, NEVER);
        summary(3);
        known.store(saved, BOUND);
        summary(4);
        known.store(saved, BOUND);

        assertThat(known.stored()).containsExactly(fact(4));
    }

    private DiscardedUploads uploads(String script, Duration every) {
        DiscardedUploads made = new DiscardedUploads(
                directory,
                (at, onLine, onEnd) -> {
                    begun.incrementAndGet();
                    return ProcessRunner.asSelf().startChild(List.of("sh", "-c", script), "", onLine, onEnd);
                },
                every,
                () -> {});
        uploads = Optional.of(made);
        return made;
    }

    private void summary(long term) throws IOException {
        Files.writeString(saved.resolve("summary.json"), """
                {"cluster":"demo","incarnation":1,"node":"a","term":%d,"systemIdentifier":"7","walSegmentSize":16777216,
                 "timeline":1,"from":"0/3000060","to":"0/3000100","transactions":2,"savedAt":"2026-11-23T15:50:03Z",
                 "segments":["000000010000000000000003"]}
                """.formatted(term));
    }

    private Fact.DiscardedWalSaved fact(long term) {
        return new Fact.DiscardedWalSaved(
                new NodeId("a"),
                new Term(term),
                new TimelineId(1),
                Lsn.parse("0/3000060"),
                Lsn.parse("0/3000100"),
                2,
                "file://" + saved,
                Optional.of("clusters/demo/1/there/"),
                Optional.empty());
    }
}
