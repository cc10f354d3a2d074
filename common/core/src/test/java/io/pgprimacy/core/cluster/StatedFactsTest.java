package io.pgprimacy.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatedFactsTest {
    /** A rewind that was cut short runs crash recovery, which writes: what is saved then ends later. */
    @Test
    void what_is_stored_is_no_news_of_other_wal_of_the_same_term_that_waits() {
        StatedFacts stated = StatedFacts.NONE.with(saved("first", false)).with(saved("second", false));

        assertThat(stated.awaits(saved("first", true))).isFalse();
        assertThat(stated.awaits(saved("second", true))).isTrue();
        assertThat(stated.with(saved("second", true)).awaits(saved("second", true)))
                .isFalse();
    }

    private static Fact.DiscardedWalSaved saved(String location, boolean stored) {
        return new Fact.DiscardedWalSaved(
                new NodeId("a"),
                new Term(3),
                new TimelineId(2),
                new Lsn(100),
                new Lsn(200),
                1,
                location,
                stored ? Optional.of("discarded/" + location) : Optional.empty(),
                stored ? Optional.empty() : Optional.of("the store is away"));
    }
}
