package io.pgprimacy.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WalSegmentTest {
    private static final long MIB = 1 << 20;

    /** As pg_walfile_name of a PostgreSQL with such segments names them. */
    @ParameterizedTest
    @CsvSource({
        "1, 0/1000000, 16, 000000010000000000000001",
        "2, 0/FFFFFFFF, 16, 0000000200000000000000FF",
        "2, 1/0, 16, 000000020000000100000000",
        "31, 16/B374D848, 16, 0000001F00000016000000B3",
        "1, 1/0, 1, 000000010000000100000000",
        "1, 0/40000000, 1024, 000000010000000000000001",
        "1, 5/C0000000, 1024, 000000010000000500000003"
    })
    void isNamedAsPostgresNamesIt(long timeline, String lsn, long mib, String name) {
        WalSegment segment = WalSegment.containing(new TimelineId(timeline), Lsn.parse(lsn), mib * MIB);
        assertThat(segment.name()).isEqualTo(name);
        assertThat(WalSegment.parse(name, mib * MIB)).contains(segment);
    }

    @ParameterizedTest
    @CsvSource({
        "00000002.history",
        "000000010000000000000001.partial",
        "00000001000000000000000a",
        "000000000000000000000001",
        "000000010000000000000100",
        "..",
    })
    void whatIsNoSegmentIsNone(String name) {
        assertThat(WalSegment.parse(name, 16 * MIB)).isEmpty();
    }

    @Test
    void aRangeIsCoveredUpToItsEnd() {
        assertThat(WalSegment.covering(new TimelineId(1), Lsn.parse("0/1800000"), Lsn.parse("0/3000000"), 16 * MIB))
                .extracting(WalSegment::name)
                .containsExactly("000000010000000000000001", "000000010000000000000002");
    }

    @Test
    void sizesThatPostgresDoesNotKnowAreRefused() {
        assertThatThrownBy(() -> new WalSegment(new TimelineId(1), 0, 3 * MIB))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WalSegment(new TimelineId(1), 0, 8192))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
