package io.pgprimacy.worker.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import org.junit.jupiter.api.Test;

class WalNamesTest {
    private static final long SEGMENT = 16 << 20;
    private static final TimelineId TIMELINE = new TimelineId(10);

    @Test
    void theSegmentsFromStartToStopAreNamedAsPostgresNamesThem() {
        assertThat(WalNames.covering(TIMELINE, Lsn.parse("1/FE000028"), Lsn.parse("2/1000000"), SEGMENT))
                .containsExactly("0000000A00000001000000FE", "0000000A00000001000000FF", "0000000A0000000200000000");
        assertThat(WalNames.covering(TIMELINE, Lsn.parse("0/3000028"), Lsn.parse("0/3000130"), SEGMENT))
                .containsExactly("0000000A0000000000000003");
    }

    /** A stop at a segment's border needs nothing of the next one. */
    @Test
    void theEndIsNotIncluded() {
        assertThat(WalNames.covering(TIMELINE, Lsn.parse("0/3000028"), Lsn.parse("0/4000000"), SEGMENT))
                .containsExactly("0000000A0000000000000003");
    }

    @Test
    void aTimelinesHistoryHasItsName() {
        assertThat(WalNames.history(TIMELINE)).isEqualTo("0000000A.history");
    }
}
