package io.pgprimacy.core.loop;

import static io.pgprimacy.core.decide.ClusterScript.node;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.plan.Observation.JobResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class JobTurnsTest {
    private static final Duration ENDED = ofSeconds(100);
    private static final NodeAction START = new NodeAction.StartFenced();
    private static final NodeAction FAST = new NodeAction.Stop(false, StopCause.REVOKED);
    private static final NodeAction IMMEDIATE = new NodeAction.Stop(true, StopCause.REVOKED);

    private final JobTurns turns = new JobTurns();

    @Test
    void each_end_of_a_job_is_news_once() {
        Observation seen = ended(new JobResult.Done(START, Optional.empty()));

        assertThat(turns.news(idle(), ENDED)).isEmpty();
        assertThat(turns.news(seen, ENDED)).isEqualTo(seen.lastJob());
        assertThat(turns.news(seen, ENDED.plusSeconds(1))).isEmpty();
    }

    @Test
    void what_failed_waits_twice_as_long_before_each_further_attempt_and_half_a_minute_at_most() {
        assertThat(waitAfterFailure(1)).isEqualTo(ofMillis(500));
        assertThat(waitAfterFailure(2)).isEqualTo(ofSeconds(1));
        assertThat(waitAfterFailure(3)).isEqualTo(ofSeconds(2));
        assertThat(waitAfterFailure(1000)).isEqualTo(ofSeconds(30));
    }

    @Test
    void another_action_than_the_one_that_failed_does_not_wait() {
        turns.news(ended(new JobResult.Failed(START, "no", 5)), ENDED);

        assertThat(turns.mayBegin(new NodeAction.DisarmGuard(), idle(), ENDED)).isTrue();
    }

    @Test
    void one_at_a_time() {
        assertThat(turns.mayBegin(START, working(new NodeAction.DisarmGuard()), ENDED))
                .isFalse();
    }

    @Test
    void a_stop_waits_for_nothing_but_a_stop() {
        assertThat(turns.mayBegin(FAST, working(START), ENDED)).isTrue();
        assertThat(turns.mayBegin(FAST, working(FAST), ENDED)).isFalse();
        assertThat(turns.mayBegin(IMMEDIATE, working(FAST), ENDED)).isTrue();
        assertThat(turns.mayBegin(IMMEDIATE, working(IMMEDIATE), ENDED)).isFalse();
    }

    private static Duration waitAfterFailure(int attempt) {
        JobTurns turns = new JobTurns();
        turns.news(ended(new JobResult.Failed(START, "no", attempt)), ENDED);
        Duration waited = Duration.ZERO;
        while (!turns.mayBegin(START, idle(), ENDED.plus(waited))) {
            waited = waited.plusMillis(100);
        }
        return waited;
    }

    private static Observation idle() {
        return observation(Optional.empty(), Optional.empty());
    }

    private static Observation working(NodeAction job) {
        return observation(Optional.of(job), Optional.empty());
    }

    private static Observation ended(JobResult result) {
        return observation(Optional.empty(), Optional.of(result));
    }

    private static Observation observation(Optional<NodeAction> job, Optional<JobResult> lastJob) {
        Fact.NodeJoined joined = new Fact.NodeJoined(
                node("b"),
                new Endpoint("b", 5432, 8008),
                NodeTags.DEFAULT,
                Optional.empty(),
                "15.8",
                false,
                Optional.empty());
        return new Observation(
                new PostgresView.Empty(),
                false,
                joined,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                new TreeSet<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty(),
                job,
                lastJob);
    }
}
