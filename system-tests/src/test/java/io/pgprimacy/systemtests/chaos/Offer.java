package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.systemtests.chaos.net.Network;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What this machine can do to a cluster, and why it cannot do the rest. */
record Offer(Set<FaultKind.Needs> available, Map<FaultKind.Needs, String> obstacles) {
    Offer {
        available = Set.copyOf(available);
        obstacles = Map.copyOf(obstacles);
    }

    static Offer ofThisMachine() {
        Map<FaultKind.Needs, String> obstacles = new EnumMap<>(FaultKind.Needs.class);
        for (FaultKind.Needs need : FaultKind.Needs.values()) {
            obstacle(need).ifPresent(reason -> obstacles.put(need, reason));
        }
        Set<FaultKind.Needs> available = EnumSet.allOf(FaultKind.Needs.class);
        available.removeAll(obstacles.keySet());
        return new Offer(available, obstacles);
    }

    /** As where nobody is root. */
    static Offer onLoopback() {
        String reason = "asked for without namespaces and disks (--loopback)";
        return new Offer(
                Set.of(FaultKind.Needs.NOTHING),
                Map.of(
                        FaultKind.Needs.NETWORK, reason,
                        FaultKind.Needs.DISK, reason,
                        FaultKind.Needs.CLOCK, reason));
    }

    private static Optional<String> obstacle(FaultKind.Needs need) {
        return switch (need) {
            case NOTHING -> Optional.empty();
            case NETWORK -> Network.obstacle();
            case DISK -> Disks.obstacle();
            case CLOCK -> Clocks.obstacle();
        };
    }

    boolean has(FaultKind.Needs need) {
        return available.contains(need);
    }

    List<FaultKind> kindsAmong(List<FaultKind> wanted) {
        return wanted.stream().filter(kind -> has(kind.needs())).toList();
    }

    /** For the report: nobody shall think that what was left out has been survived. */
    List<String> leftOut(List<FaultKind> wanted) {
        List<String> said = new ArrayList<>();
        obstacles.forEach((need, reason) -> {
            List<String> kinds = wanted.stream()
                    .filter(kind -> kind.needs() == need)
                    .map(FaultKind::label)
                    .toList();
            if (!kinds.isEmpty()) {
                said.add(String.join(", ", kinds) + ": " + reason);
            }
        });
        return said;
    }
}
