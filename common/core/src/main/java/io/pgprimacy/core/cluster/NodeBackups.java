package io.pgprimacy.core.cluster;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Fact;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node has stated of backups: of each kind of fact the one about the newest order. Facts of one order come late or twice without
 * changing the outcome, so a compacted log gives the same.
 *
 * @param completed the newest one of each type that is good; never a logical one
 * @param dumped the newest logical one
 */
public record NodeBackups(
        Optional<Fact.BackupStarted> started,
        Optional<Fact.BackupProgressed> progress,
        Optional<Fact.BackupFailed> failed,
        long ended,
        SortedMap<BackupType, Fact.BackupCompleted> completed,
        Optional<Fact.DumpCompleted> dumped)
        implements StatedWork {
    public static final NodeBackups NONE =
            new NodeBackups(Optional.empty(), Optional.empty(), Optional.empty(), 0, new TreeMap<>(), Optional.empty());

    public NodeBackups {
        completed = Collections.unmodifiableSortedMap(new TreeMap<>(completed));
    }

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

    NodeBackups with(Fact fact) {
        return switch (fact) {
            case Fact.BackupStarted f ->
                isOlder(started.map(Fact.BackupStarted::ordered), f.ordered())
                        ? this
                        : new NodeBackups(Optional.of(f), progress, failed, ended, completed, dumped);
            case Fact.BackupProgressed f ->
                isOlder(progress.map(Fact.BackupProgressed::ordered), f.ordered())
                        ? this
                        : new NodeBackups(started, Optional.of(f), failed, ended, completed, dumped);
            case Fact.BackupFailed f ->
                new NodeBackups(
                        started,
                        progress,
                        isOlder(failed.map(Fact.BackupFailed::ordered), f.ordered()) ? failed : Optional.of(f),
                        Math.max(ended, f.ordered()),
                        completed,
                        dumped);
            case Fact.BackupCompleted f ->
                new NodeBackups(started, progress, failed, Math.max(ended, f.ordered()), withCompleted(f), dumped);
            case Fact.DumpCompleted f ->
                new NodeBackups(
                        started,
                        progress,
                        failed,
                        Math.max(ended, f.ordered()),
                        completed,
                        isOlder(dumped.map(Fact.DumpCompleted::ordered), f.ordered()) ? dumped : Optional.of(f));
            default -> this;
        };
    }

    private SortedMap<BackupType, Fact.BackupCompleted> withCompleted(Fact.BackupCompleted fact) {
        Optional<Long> held = Optional.ofNullable(completed.get(fact.type())).map(Fact.BackupCompleted::ordered);
        if (!fact.isGood() || isOlder(held, fact.ordered())) {
            return completed;
        }
        SortedMap<BackupType, Fact.BackupCompleted> next = new TreeMap<>(completed);
        next.put(fact.type(), fact);
        return next;
    }

    private static boolean isOlder(Optional<Long> held, long stated) {
        return held.map(h -> stated < h).orElse(false);
    }
}
