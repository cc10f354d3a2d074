package io.pgprimacy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeptSeedsTest {

    @ParameterizedTest
    @MethodSource("kept")
    void a_seed_that_found_something_once_finds_nothing_any_more(long seed) {
        assertThat(Report.of(Simulation.run(seed, false))).contains("all invariants held");
    }

    @Test
    void the_same_seed_gives_the_same_trace() {
        assertThat(Simulation.run(37, true).trace())
                .isEqualTo(Simulation.run(37, true).trace());
    }

    static Stream<Long> kept() throws IOException {
        try (InputStream in = KeptSeedsTest.class.getResourceAsStream("/seeds.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(l -> !l.isBlank() && !l.startsWith("#"))
                            .map(l -> Long.parseLong(l.split("\\s+", 2)[0]))
                            .toList()
                            .stream();
        }
    }
}
