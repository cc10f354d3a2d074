package io.pgprimacy.backup.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import org.junit.jupiter.api.Test;

class LogStretchTest {
    private static final LogPlace PLACE = new LogPlace(new ClusterId("main"), new Incarnation(2), 7);
    private static final LogStretch STRETCH =
            LogStretch.of(PLACE, 12, 2, LogStretch.NO_HEAD, "a".repeat(64), "{\"offset\":9}\n{\"offset\":12}\n");

    @Test
    void what_is_stored_is_read_as_it_was() throws Exception {
        assertThat(LogStretch.decode(PLACE, STRETCH.encode())).isEqualTo(STRETCH);
        assertThat(PLACE.name()).isEqualTo("clusters/main/2/log/00000000000000000007.jsonl.zst");
        assertThat(LogPlace.of(PLACE.cluster(), PLACE.incarnation(), PLACE.name()))
                .contains(PLACE);
        assertThat(LogPlace.of(PLACE.cluster(), PLACE.incarnation(), PLACE.name() + "x"))
                .isEmpty();
        assertThat(LogPlace.of(
                        PLACE.cluster(), PLACE.incarnation(), "clusters/main/2/log/99999999999999999999.jsonl.zst"))
                .isEmpty();
    }

    @Test
    void no_bit_of_what_is_stored_can_be_turned_unseen() {
        byte[] stored = STRETCH.encode();
        for (int bit = 0; bit < stored.length * 8; bit++) {
            byte[] changed = stored.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            assertSameOrDamaged(changed, bit);
        }
    }

    /** A bit that the decompression does not depend on changes nothing. The two heads are compared with the stretches beside it. */
    private static void assertSameOrDamaged(byte[] changed, int bit) {
        try {
            LogStretch read = LogStretch.decode(PLACE, changed);
            assertThat(read.lines()).as("bit %d", bit).isEqualTo(STRETCH.lines());
            assertThat(read.header().records()).isEqualTo(2);
        } catch (RepositoryDamaged e) {
            assertThat(e).hasMessageContaining(PLACE.name());
        }
    }

    @Test
    void a_line_that_was_changed_added_or_left_out_is_found() {
        String text = STRETCH.text();

        assertDamaged(text.replace("\"offset\":9", "\"offset\":8"), "its hash is another");
        assertDamaged(text + "{}\n", "its hash is another");
        assertDamaged(text.replace("{\"offset\":9}\n", ""), "its hash is another");
        assertDamaged(text.replace("\"records\":2", "\"records\":3"), "does not hold what its first line says");
        assertDamaged(text.replace("\"format\":1", "\"format\":2"), "which this version does not know");
        assertDamaged("x\n", "does not begin as a stretch of a log");
        assertDamaged("", "has no line");
    }

    @Test
    void a_stretch_is_nowhere_but_in_its_place() {
        LogPlace other = new LogPlace(PLACE.cluster(), new Incarnation(1), 7);

        assertThatThrownBy(() -> LogStretch.decode(other, STRETCH.encode()))
                .isInstanceOf(RepositoryDamaged.class)
                .hasMessageContaining("says that it is " + PLACE.name());
    }

    private static void assertDamaged(String text, String why) {
        assertThatThrownBy(() -> LogStretch.parse(PLACE, text))
                .isInstanceOf(RepositoryDamaged.class)
                .hasMessageContaining(why);
    }
}
