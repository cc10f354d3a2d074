package io.pgprimacy.core.cluster;

import io.pgprimacy.core.event.Fact;
import java.util.Optional;

/**
 * What a node has stated of drills: of each kind of fact the one about the newest order. Facts of one order come late or twice without
 * changing the outcome, so a compacted log gives the same.
 *
 * @param ended sequence of the newest order that has ended; 0 where none has
 */
public record NodeDrills(
        Optional<Fact.DrillStarted> started,
        Optional<Fact.DrillProgressed> progress,
        Optional<Fact.DrillFailed> failed,
        Optional<Fact.DrillCompleted> completed,
        long ended)
        implements StatedWork {
    public static final NodeDrills NONE =
            new NodeDrills(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 0);

    @Override
    public boolean hasStarted(long ordered) {
        return started.filter(s -> s.ordered() == ordered).isPresent();
    }

    @Override
    public boolean hasEnded(long ordered) {
        return ended >= ordered;
    }

    @Override
    public boolean hasTold(Fact told) {
        return progress.filter(p -> p.equals(told)).isPresent();
    }

    NodeDrills with(Fact fact) {
        return switch (fact) {
            case Fact.DrillStarted f ->
                isOlder(started.map(Fact.DrillStarted::ordered), f.ordered())
                        ? this
                        : new NodeDrills(Optional.of(f), progress, failed, completed, ended);
            case Fact.DrillProgressed f ->
                isOlder(progress.map(Fact.DrillProgressed::ordered), f.ordered())
                        ? this
                        : new NodeDrills(started, Optional.of(f), failed, completed, ended);
            case Fact.DrillFailed f ->
                new NodeDrills(
                        started,
                        progress,
                        isOlder(failed.map(Fact.DrillFailed::ordered), f.ordered()) ? failed : Optional.of(f),
                        completed,
                        Math.max(ended, f.ordered()));
            case Fact.DrillCompleted f ->
                new NodeDrills(
                        started,
                        progress,
                        failed,
                        isOlder(completed.map(Fact.DrillCompleted::ordered), f.ordered()) ? completed : Optional.of(f),
                        Math.max(ended, f.ordered()));
            default -> this;
        };
    }

    private static boolean isOlder(Optional<Long> held, long stated) {
        return held.map(h -> stated < h).orElse(false);
    }
}
