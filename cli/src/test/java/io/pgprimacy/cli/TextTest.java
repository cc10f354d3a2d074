package io.pgprimacy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void durationsAreReadWithAndWithoutUnit() {
        Durations durations = new Durations();

        assertThat(durations.convert("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(durations.convert("90")).isEqualTo(Duration.ofSeconds(90));
        assertThat(durations.convert("2m")).isEqualTo(Duration.ofMinutes(2));
        assertThat(durations.convert("1h")).isEqualTo(Duration.ofHours(1));
        assertThatThrownBy(() -> durations.convert("-1s")).hasMessageContaining("'-1s' is not a duration");
    }

    @Test
    void durationsAreWrittenShort() {
        assertThat(Durations.text(Duration.ofMillis(350))).isEqualTo("350 ms");
        assertThat(Durations.text(Duration.ofMillis(12_340))).isEqualTo("12.3 s");
        assertThat(Durations.text(Duration.ofSeconds(60))).isEqualTo("1 min 00 s");
    }

    @Test
    void bytesAreWrittenShort() {
        assertThat(ClusterView.bytes(0)).isEqualTo("0 B");
        assertThat(ClusterView.bytes(1023)).isEqualTo("1023 B");
        assertThat(ClusterView.bytes(16L << 20)).isEqualTo("16.0 MB");
    }

    @Test
    void aDocumentOfAnyShapeCanBeRead() {
        assertThat(Sentences.document(App.JSON.readTree("""
                {"rejoinPolicy":"rewind","empty":{},"nothing":null,"list":[1,{"a":1,"b":2}],"inner":{"x":true}}""")))
                .containsExactly(
                        "rejoin policy: rewind", "list:", "  - 1", "  - a: 1", "    b: 2", "inner:", "  x: true");
    }
}
