package io.pgprimacy.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronCalendarTest {
    private final CronCalendar calendar = new CronCalendar();

    /** The last two: nights in which Berlin's clocks go back and forward. UTC knows neither. */
    @ParameterizedTest
    @CsvSource({
        "0 2 * * *, 2026-11-23T01:59:59Z, 2026-11-23T02:00:00Z",
        "0 2 * * *, 2026-11-23T02:00:00Z, 2026-11-24T02:00:00Z",
        "*/15 * * * *, 2026-11-23T19:05:00Z, 2026-11-23T19:15:00Z",
        "30 3 * * 0, 2026-11-23T00:00:00Z, 2026-11-29T03:30:00Z",
        "0 0 29 2 *, 2026-03-01T00:00:00Z, 2028-02-29T00:00:00Z",
        "@hourly, 2026-11-23T19:05:00Z, 2026-11-23T20:00:00Z",
        "30 2 * * *, 2026-10-25T00:00:00Z, 2026-10-25T02:30:00Z",
        "30 2 * * *, 2026-03-29T00:00:00Z, 2026-03-29T02:30:00Z"
    })
    void theNextInstantIsTheOneAfter(String cron, Instant after, Instant next) {
        CronCalendar.check(cron);
        assertThat(calendar.next(cron, after)).contains(next);
    }

    @ParameterizedTest
    @ValueSource(strings = {"often", "* * * *", "0 0 2 * * *", "61 * * * *", "@sometimes", "0 0 31 2 *"})
    void whatIsNoScheduleIsRefused(String cron) {
        assertThatThrownBy(() -> CronCalendar.check(cron)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatALogOfAnotherVersionHoldsIsNeverDue() {
        assertThat(calendar.next("often", Instant.EPOCH)).isEmpty();
    }
}
