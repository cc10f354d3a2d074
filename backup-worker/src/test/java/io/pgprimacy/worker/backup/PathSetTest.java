package io.pgprimacy.worker.backup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PathSetTest {
    @Test
    void whatWasAddedIsInItAndNothingElse() {
        PathSet paths = new PathSet();
        for (int i = 0; i < 100_000; i++) {
            paths.add("base/5/" + i);
            paths.add("base/5/" + i);
        }
        for (int i = 0; i < 100_000; i++) {
            assertThat(paths.contains("base/5/" + i)).isTrue();
            assertThat(paths.contains("base/6/" + i)).isFalse();
        }
    }
}
