package io.pgprimacy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeptSeedsTest {

    @ParameterizedTest
    @MethodSource("kept")
    void a_seed_that_found_something_once_finds_nothing_any_more(long seed, Scenario.Focus focus) {
        assertThat(Report.of(Simulation.run(seed, false, new Seams(), focus))).doesNotContain("VIOLATION");
    }

    @Test
    void the_same_seed_gives_the_same_trace() {
        assertThat(Simulation.run(37, true).trace())
                .isEqualTo(Simulation.run(37, true).trace());
    }

    static Stream<Arguments> kept() throws IOException {
        try (InputStream in = KeptSeedsTest.class.getResourceAsStream("/seeds.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(l -> !l.isBlank() && !l.startsWith("#"))
                            .map(l -> kept(l.split("\\s+")))
                            .toList()
                            .stream();
        }
    }

    private static Arguments kept(String[] words) {
        Scenario.Focus focus =
                switch (words[1]) {
                    case "--only" -> Scenario.Focus.on(words[2]);
                    case "--common" -> Scenario.Focus.COMMON;
                    default -> Scenario.Focus.ANYWHERE;
                };
        return Arguments.of(Long.parseLong(words[0]), focus);
    }
}
