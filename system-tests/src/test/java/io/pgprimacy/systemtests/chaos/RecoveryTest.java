package io.pgprimacy.systemtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.chaos.history.Violation;
import io.pgprimacy.systemtests.chaos.history.Violation.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final Duration HEALED = Duration.ofSeconds(100);

    /** Passes as fast as it is asked to. */
    private static final class Simulated implements Recovery.Time {
        private Duration now = HEALED;

        @Override
        public Duration now() {
            return now;
        }

        @Override
        public void pass(Duration time) {
            now = now.plus(time);
        }
    }

    private final Simulated time = new Simulated();

    private Recovery.Result recoveringAfter(Duration length) throws InterruptedException {
        Duration end = HEALED.plus(length);
        return Recovery.await(
                HEALED, time, () -> time.now().compareTo(end) < 0 ? List.of("pg2 does not stream") : List.of());
    }

    @Test
    void whatRecoversInTimeIsNoViolation() throws Exception {
        Recovery.Result result = recoveringAfter(Recovery.BOUND.minusSeconds(2));

        assertThat(result.violations()).isEmpty();
        assertThat(result.after().orElseThrow()).isLessThan(Recovery.BOUND);
    }

    @Test
    void whatRecoversLateIsOneAndTellsWhatWasMissing() throws Exception {
        Recovery.Result result = recoveringAfter(Recovery.BOUND.plusSeconds(20));

        assertThat(result.violations()).extracting(Violation::kind).containsExactly(Kind.NOT_HEALED);
        assertThat(result.violations().getFirst().evidence()).contains("pg2 does not stream");
        assertThat(result.after()).isPresent();
    }

    @Test
    void whatNeverRecoversIsGivenUp() throws Exception {
        Recovery.Result result = recoveringAfter(Duration.ofDays(1));

        assertThat(result.violations()).extracting(Violation::kind).containsOnly(Kind.NOT_HEALED);
        assertThat(result.after()).isEmpty();
        assertThat(time.now())
                .isLessThan(HEALED.plus(Recovery.BOUND).plus(Recovery.PATIENCE).plusSeconds(2));
    }
}
