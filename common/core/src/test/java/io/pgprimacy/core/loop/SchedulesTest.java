package io.pgprimacy.core.loop;

import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.DueBackup;
import io.pgprimacy.core.event.DueDrill;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchedulesTest {
    /** Every full hour. */
    private final Schedules schedules = new Schedules(
            (cron, after) -> Optional.of(Instant.ofEpochSecond((after.getEpochSecond() / 3600 + 1) * 3600)));

    private final ClusterState state = cluster()
            .with(ClusterConfig.defaults(TimingProfile.FAST)
                    .with(c -> c.backupSchedules.put(BackupType.FULL, "hourly")))
            .primary("a", 1000)
            .state();
    private final Instant configured = state.schedules().get(BackupType.FULL);
    private final Instant first = Instant.ofEpochSecond((configured.getEpochSecond() / 3600 + 1) * 3600);

    @Test
    void nothing_is_due_before_the_first_instant() {
        assertThat(schedules.due(state, first.minusMillis(1))).isEmpty();
        assertThat(schedules.due(state, configured.minus(Duration.ofDays(9))))
                .as("a clock that is behind")
                .isEmpty();
    }

    @Test
    void it_is_due_from_that_instant_on() {
        assertThat(schedules.due(state, first)).contains(new DueBackup(BackupType.FULL, first, 0));
        assertThat(schedules.due(state, first.plusSeconds(3599))).contains(new DueBackup(BackupType.FULL, first, 0));
    }

    @Test
    void instants_that_passed_unheeded_are_counted() {
        assertThat(schedules.due(state, first.plus(Duration.ofHours(3))))
                .contains(new DueBackup(BackupType.FULL, first.plus(Duration.ofHours(3)), 3));
    }

    @Test
    void counting_has_an_end() {
        assertThat(schedules
                        .due(state, first.plus(Duration.ofDays(1000)))
                        .orElseThrow()
                        .before())
                .isEqualTo(1000);
    }

    @Test
    void drills_have_a_schedule_of_their_own() {
        ClusterState drilling = cluster()
                .with(ClusterConfig.defaults(TimingProfile.FAST).with(c -> c.drillSchedule = Optional.of("hourly")))
                .primary("a", 1000)
                .state();

        assertThat(schedules.due(drilling, first)).isEmpty();
        assertThat(schedules.dueDrill(drilling, first.minusMillis(1))).isEmpty();
        assertThat(schedules.dueDrill(drilling, first.plus(Duration.ofHours(3))))
                .contains(new DueDrill(first.plus(Duration.ofHours(3)), 3));
        assertThat(schedules.dueDrill(state, first)).isEmpty();
    }
}
