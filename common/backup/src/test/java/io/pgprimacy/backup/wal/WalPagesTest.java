package io.pgprimacy.backup.wal;

import static io.pgprimacy.backup.wal.SyntheticWal.SIZE;
import static io.pgprimacy.backup.wal.SyntheticWal.SYSTEM;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WalPagesTest {
    private final WalSegment segment = new WalSegment(new TimelineId(2), 7, SIZE);
    private final byte[] wal = SyntheticWal.segment(segment);

    @Test
    void aSegmentIsWhatItsNameSays() {
        assertThat(complaint(segment)).isEmpty();
    }

    @Test
    void soIsAPieceOfItThatBeginsAnywhere() {
        for (int from : new int[] {1, 8191, 8192, 100_000}) {
            ByteBuffer piece = ByteBuffer.wrap(wal, from, 50_000 - from % 1000);
            assertThat(WalPages.complaint(segment, SYSTEM, piece, from)).isEmpty();
            assertThat(WalPages.complaint(segment, SYSTEM, piece, from + 8)).isPresent();
        }
    }

    @Test
    void anotherPositionIsFound() {
        assertThat(complaint(segment.next()).orElseThrow()).contains("the page of another position");
    }

    @Test
    void aRecycledFilesOldPagesAreFound() {
        byte[] older = SyntheticWal.segment(new WalSegment(new TimelineId(2), 3, SIZE));
        System.arraycopy(older, 80 * 8192, wal, 80 * 8192, 48 * 8192);
        assertThat(complaint(segment).orElseThrow()).contains("another position");
    }

    @Test
    void aLaterTimelineIsFoundAndAnEarlierOneMayPrecedeTheSwitch() {
        assertThat(complaint(segment.on(new TimelineId(1))).orElseThrow()).contains("of timeline 2");
        assertThat(complaint(segment.on(new TimelineId(3)))).isEmpty();
    }

    @Test
    void anotherDatabaseSystemIsFound() {
        Optional<String> complaint = WalPages.complaint(segment, new SystemIdentifier("1"), ByteBuffer.wrap(wal), 0);
        assertThat(complaint.orElseThrow()).contains("not of 1");
    }

    @Test
    void theRestOfASegmentThatWasSwitchedEarlyMayBeZero() {
        Arrays.fill(wal, 10 * 8192, wal.length, (byte) 0);
        assertThat(complaint(segment)).isEmpty();
        Arrays.fill(wal, (byte) 0);
        assertThat(complaint(segment)).isPresent();
    }

    @Test
    void whatIsNoWalIsFound() {
        wal[8193] ^= 1;
        assertThat(complaint(segment).orElseThrow()).contains("as a page of WAL does");
    }

    private Optional<String> complaint(WalSegment as) {
        return WalPages.complaint(as, SYSTEM, ByteBuffer.wrap(wal), 0);
    }
}
