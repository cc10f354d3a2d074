package io.pgprimacy.simulation.plan;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Faults, alone or overlapping; after them everything is healed, and the cluster gets time to recover. */
public record Round(int number, List<PlannedFault> faults) {
    public Round {
        faults = faults.stream().sorted(Comparator.comparing(PlannedFault::at)).toList();
    }

    public Duration length() {
        return faults.stream()
                .map(PlannedFault::end)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** Names the round in tables: its kinds of faults. */
    public String label() {
        return faults.stream().map(f -> f.kind().label()).distinct().sorted().collect(Collectors.joining(" + "));
    }
}
