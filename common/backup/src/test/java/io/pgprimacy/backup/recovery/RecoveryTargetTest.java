package io.pgprimacy.backup.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.core.postgres.Lsn;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryTargetTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-23T15:50:03.123456Z",
                "2026-11-23 15:50:03.123456+00",
                "2026-11-23 16:50:03.123456+01",
                "2026-11-23 16:50:03.123456+01:00",
                "2026-11-23 21:20:03.123456+0530",
                "2026-11-23 15:50:03.123456 UTC"
            })
    void timesHaveAZone(String text) {
        Instant expected = Instant.parse("2026-11-23T15:50:03.123456Z");
        assertThat(RecoveryTarget.parse(text)).isEqualTo(new RecoveryTarget.Time(expected));
        assertThat(RecoveryTarget.postgresTime(expected)).isEqualTo("2026-11-23 15:50:03.123456+00");
    }

    @Test
    void theOthersAreWhatTheySay() {
        assertThat(RecoveryTarget.parse("latest")).isEqualTo(new RecoveryTarget.Latest());
        assertThat(RecoveryTarget.parse("0/3000060")).isEqualTo(new RecoveryTarget.At(Lsn.parse("0/3000060")));
        assertThat(RecoveryTarget.parse("xid:745")).isEqualTo(new RecoveryTarget.Xid(745));
        assertThat(RecoveryTarget.parse("name:before the migration"))
                .isEqualTo(new RecoveryTarget.Name("before the migration"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026-11-23 15:50:03",
                "2026-11-23",
                "xid:",
                "xid:2",
                "xid:4294967296",
                "xid:x",
                "name:",
                "0/"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> RecoveryTarget.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
