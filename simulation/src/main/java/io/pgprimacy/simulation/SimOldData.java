package io.pgprimacy.simulation;

import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.plan.KeptData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What one agent process does about what restores have replaced on its host; that itself outlives the process. */
final class SimOldData {
    private final World world;
    private final Truth truth;
    private final SimHost host;
    private final SimAgent agent;
    private final Seams seams;
    private final SortedSet<String> removing = new TreeSet<>();
    private final SortedSet<String> stuck = new TreeSet<>();

    SimOldData(World world, Truth truth, SimHost host, SimAgent agent, Seams seams) {
        this.world = world;
        this.truth = truth;
        this.host = host;
        this.agent = agent;
        this.seams = seams;
    }

    List<KeptData> seen() {
        List<KeptData> seen = new ArrayList<>();
        for (Map.Entry<String, Term> kept : host.postgres().aside().entrySet()) {
            Optional<String> trouble =
                    stuck.contains(kept.getKey()) ? Optional.of("the dice say so") : Optional.empty();
            seen.add(new KeptData(kept.getKey(), kept.getValue(), 1, Instant.EPOCH, trouble));
        }
        return seen;
    }

    void remove(SortedSet<String> locations) {
        locations.stream().filter(where -> !removing.contains(where)).forEach(this::remove);
    }

    private void remove(String location) {
        agent.effect();
        truth.mayRemove(host, location);
        removing.add(location);
        world.trace(host.name(), () -> "removes " + location);
        agent.process().after(world.msBetween(50, 3000), () -> {
            removing.remove(location);
            if (world.chance(seams.failing(0.2))) {
                stuck.add(location);
            } else {
                host.postgres().aside().remove(location);
            }
            agent.wake();
        });
    }
}
