package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.simulation.plan.Round;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Where a run's rounds come from, one after the other until there is none. */
interface Rounds {
    /** {@code elapsed} since the run began. */
    Optional<Round> next(Duration elapsed);

    static Rounds of(List<Round> plan) {
        Iterator<Round> rest = plan.iterator();
        return elapsed -> rest.hasNext() ? Optional.of(rest.next()) : Optional.empty();
    }

    /** Made from the seed, until time is up. */
    static Rounds made(PlanMaker maker, Duration time, int most) {
        int[] number = {0};
        return elapsed -> elapsed.compareTo(time) >= 0 || number[0] >= most
                ? Optional.empty()
                : Optional.of(maker.round(++number[0]));
    }
}
