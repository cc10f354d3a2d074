package io.pgprimacy.backup.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.core.postgres.Lsn;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PagesTest {
    private static final int SIZE = PageFormat.SIZE;
    private static final Lsn START = Lsn.parse("2/30000028");

    @Test
    void anLsnIsReadAsPostgresWritesIt() {
        byte[] page = page(Lsn.parse("16/B374D848"));
        assertThat(PageFormat.lsn(page, 0)).isEqualTo(Lsn.parse("16/B374D848"));
    }

    @Test
    void aChecksumDependsOnEveryBitExceptItself() {
        byte[] page = page(Lsn.parse("1/0"));
        int checksum = PageFormat.checksum(page, 0, 7);
        page[8] ^= 0x55;
        page[9] ^= 0x55;
        assertThat(PageFormat.checksum(page, 0, 7)).isEqualTo(checksum);
        assertThat(PageFormat.checksum(page, 0, 8)).isNotEqualTo(checksum);
        for (int at : new int[] {0, 7, 10, 11, 12, 4095, SIZE - 1}) {
            page[at] ^= 1;
            assertThat(PageFormat.checksum(page, 0, 7)).as("byte %d", at).isNotEqualTo(checksum);
            page[at] ^= 1;
        }
    }

    @Test
    void aPageIsJudgedAsPostgresJudgesIt() {
        byte[] old = page(Lsn.parse("2/30000027"));
        stamp(old, 5);
        assertThat(PageVerdict.of(old, 0, 5, START)).isEqualTo(PageVerdict.SOUND);
        assertThat(PageVerdict.of(old, 0, 6, START)).isEqualTo(PageVerdict.WRONG);
        assertThat(PageVerdict.of(new byte[SIZE], 0, 6, START)).isEqualTo(PageVerdict.SOUND);
        assertThat(PageVerdict.of(page(START), 0, 6, START)).isEqualTo(PageVerdict.REPLAYED);
        byte[] almostEmpty = new byte[SIZE];
        almostEmpty[SIZE - 1] = 1;
        assertThat(PageVerdict.of(almostEmpty, 0, 6, START)).isEqualTo(PageVerdict.WRONG);
    }

    @Test
    void aPageIsStoredForItsLsnOrForItsContent() {
        byte[] old = page(Lsn.parse("2/30000027"));
        byte[] unknownToWal = page(Lsn.ZERO);
        PageMap parent = new PageMap();
        parent.add(PageMap.of(old, 0, SIZE));
        parent.add(PageMap.of(page(START), 0, SIZE));
        parent.add(PageMap.of(unknownToWal, 0, SIZE));
        parent.add(PageMap.of(new byte[SIZE], 0, SIZE));
        PageSelection selection = new PageSelection(START, parent);
        assertThat(isStored(selection, old, 0)).as("same content, older LSN").isFalse();
        assertThat(isStored(selection, page(START), 1))
                .as("LSN at the parent's start")
                .isTrue();
        assertThat(isStored(selection, unknownToWal, 2)).as("no LSN").isTrue();
        assertThat(isStored(selection, new byte[SIZE], 3)).as("still all zero").isFalse();
        assertThat(isStored(selection, old, 4)).as("beyond the parent's end").isTrue();
        byte[] flagged = old.clone();
        // PD_ALL_VISIBLE, as VACUUM sets it without WAL where there are neither checksums nor wal_log_hints.
        flagged[10] |= 4;
        assertThat(isStored(selection, flagged, 0))
                .as("other content, older LSN")
                .isTrue();
    }

    @Test
    void aMapIsReadAsItWasWritten() {
        PageMap map = new PageMap();
        Random random = new Random(4);
        for (int i = 0; i < 1000; i++) {
            map.add(random.nextInt());
        }
        assertThat(PageMap.fromBytes(map.toBytes())).isEqualTo(map);
        assertThatThrownBy(() -> map.checksum(1000)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(PageMap.pagesIn(0)).isZero();
        assertThat(PageMap.pagesIn(SIZE)).isOne();
        assertThat(PageMap.pagesIn(SIZE + 1)).isEqualTo(2);
    }

    @Test
    void aRunIsReadAsItWasWritten() throws IOException {
        PageRun run = new PageRun(1024);
        byte[] one = page(START);
        byte[] two = page(Lsn.ZERO);
        run.add(1024, one, 0, SIZE);
        run.add(1535, two, 0, 100);
        SortedMap<Long, byte[]> read = new TreeMap<>();
        PageRun.apply(
                new ByteArrayInputStream(run.toBytes()),
                "x",
                (offset, bytes, length) -> read.put(offset, Arrays.copyOf(bytes, length)));
        assertThat(read.keySet()).containsExactly(1024L * SIZE, 1535L * SIZE);
        assertThat(read.get(1024L * SIZE)).isEqualTo(one);
        assertThat(read.get(1535L * SIZE)).isEqualTo(Arrays.copyOf(two, 100));
        assertThatThrownBy(() -> run.add(1536, one, 0, SIZE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRunThatIsCutIsNotApplied() {
        PageRun run = new PageRun(0);
        run.add(0, page(START), 0, SIZE);
        run.add(1, page(START), 0, SIZE);
        byte[] bytes = run.toBytes();
        for (int length : new int[] {0, 7, 15, 20, 24 + SIZE - 1, 24 + SIZE}) {
            assertThatThrownBy(() ->
                            PageRun.apply(new ByteArrayInputStream(bytes, 0, length), "x", (offset, page, n) -> {}))
                    .as("cut to %d", length)
                    .isInstanceOf(RepositoryDamaged.class);
        }
    }

    private static boolean isStored(PageSelection selection, byte[] page, int number) {
        return selection.isStored(page, 0, SIZE, number, PageMap.of(page, 0, SIZE));
    }

    private static byte[] page(Lsn lsn) {
        byte[] page = new byte[SIZE];
        new Random(11).nextBytes(page);
        ByteBuffer.wrap(page)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) (lsn.value() >>> 32))
                .putInt((int) lsn.value());
        page[10] = 0;
        return page;
    }

    private static void stamp(byte[] page, long block) {
        int checksum = PageFormat.checksum(page, 0, block);
        page[8] = (byte) checksum;
        page[9] = (byte) (checksum >>> 8);
    }
}
