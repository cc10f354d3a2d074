package io.pgprimacy.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.lease.Promise;
import io.pgprimacy.core.plan.Divergence;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryFileTest {
    @TempDir
    Path directory;

    @Test
    void begins_with_nothing() {
        assertThat(new MemoryFile(directory.resolve("memory")).read()).isEqualTo(LocalMemory.NEW);
    }

    @Test
    void gives_back_all_that_was_written() {
        MemoryFile file = new MemoryFile(directory.resolve("memory"));
        LocalMemory memory = LocalMemory.NEW
                .withPrimaryOf(new Term(7))
                .withSequenceSeen(31)
                .withRelinquished(new Term(6))
                .withDivergence(Optional.of(new Divergence(
                        new Term(7), new TimelineId(4), Lsn.parse("0/3000028"), Lsn.parse("0/30001F8"), true, true)))
                .withExtendedAt(Optional.of(12L))
                .withUnusable(Optional.of("a rewind\nbegan in C:\\data"))
                .withQuarantine(Optional.of("=# odd : characters"));

        file.write(memory);

        assertThat(file.read()).isEqualTo(memory);
    }

    @Test
    void a_promise_outlives_the_agent_and_begins_anew_after_a_boot() {
        Path path = directory.resolve("memory");
        Promise given = Promise.given(new Term(7), new NodeId("a"), Duration.ofSeconds(6), Duration.ofMinutes(10));
        LocalMemory memory = LocalMemory.NEW.withPromise(Optional.of(given));

        new MemoryFile(path, () -> Duration.ofMinutes(10), "this boot").write(memory);

        Promise sameBoot = new MemoryFile(path, () -> Duration.ofMinutes(11), "this boot")
                .read()
                .promise()
                .orElseThrow();
        assertThat(sameBoot.until()).isBetween(given.until(), given.until().plusMillis(1));
        Promise nextBoot = new MemoryFile(path, () -> Duration.ofSeconds(20), "another boot")
                .read()
                .promise()
                .orElseThrow();
        assertThat(nextBoot)
                .isEqualTo(Promise.given(new Term(7), new NodeId("a"), Duration.ofSeconds(6), Duration.ofSeconds(20)));
    }

    @Test
    void refuses_a_file_that_was_cut_short_rather_than_forget_a_pledge() throws IOException {
        Path path = directory.resolve("memory");
        Files.writeString(path, "termSeen=9\npledged=9\n");

        assertThatThrownBy(() -> new MemoryFile(path).read()).hasMessageContaining("cut short");
    }
}
