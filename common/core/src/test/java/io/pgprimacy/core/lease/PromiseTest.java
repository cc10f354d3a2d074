package io.pgprimacy.core.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.config.Timing;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PromiseTest {
    private static final NodeId A = new NodeId("a");
    private static final Duration NOW = Duration.ofMinutes(10);
    private static final Promise SHORT = Promise.given(new Term(1), A, Duration.ofSeconds(3), NOW);
    private static final Promise LONG =
            Promise.given(new Term(1), A, Duration.ofSeconds(30), NOW.plus(Duration.ofSeconds(1)));

    @Test
    void the_longer_one_holds_whichever_was_given_first() {
        assertThat(LONG.and(SHORT)).isEqualTo(LONG);
        assertThat(SHORT.and(LONG)).isEqualTo(LONG);
    }

    @Test
    void after_a_boot_the_longer_one_begins_anew() {
        Duration booted = Duration.ofSeconds(2);

        assertThat(LONG.and(SHORT).afterBoot(booted).until())
                .isEqualTo(booted.plus(Timing.certainlyExpiredAfter(Duration.ofSeconds(30))));
    }

    @Test
    void it_is_for_the_primary_of_the_newer_term() {
        Promise newer = Promise.given(new Term(2), new NodeId("b"), Duration.ofSeconds(3), NOW);

        assertThat(newer.and(LONG).to()).isEqualTo(new NodeId("b"));
        assertThat(LONG.and(newer).term()).isEqualTo(new Term(2));
        assertThat(LONG.and(newer).until()).isEqualTo(LONG.until());
    }
}
