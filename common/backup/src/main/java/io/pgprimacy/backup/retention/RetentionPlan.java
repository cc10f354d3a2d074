package io.pgprimacy.backup.retention;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What stays, what goes, and why.
 *
 * @param verdicts one for each backup, oldest first
 * @param wal that stays; everything else of the cluster's WAL may go
 */
public record RetentionPlan(List<Verdict> verdicts, List<WalNeed> wal) {
    private static final Comparator<Goes> DEPENDANTS_FIRST = Comparator.comparingInt(
                    (Goes goes) -> goes.backup().chain().size())
            .thenComparing(Goes::backup)
            .reversed();

    public RetentionPlan {
        verdicts = List.copyOf(verdicts);
        wal = List.copyOf(wal);
    }

    /** About one backup. */
    public sealed interface Verdict {
        BackupFacts backup();
    }

    /** @param because every rule that keeps it */
    public record Stays(BackupFacts backup, List<String> because) implements Verdict {
        public Stays {
            because = List.copyOf(because);
        }
    }

    public record Goes(BackupFacts backup, String because) implements Verdict {}

    /** In the order in which they must be removed: nothing before what rests on it, so that a crash leaves no chain without its beginning. */
    public List<Goes> going() {
        return verdicts.stream()
                .flatMap(v -> v instanceof Goes goes ? Stream.of(goes) : Stream.empty())
                .sorted(DEPENDANTS_FIRST)
                .toList();
    }

    public List<BackupFacts> staying() {
        return verdicts.stream()
                .filter(v -> v instanceof Stays)
                .map(Verdict::backup)
                .toList();
    }

    /** Whether WAL of that timeline from {@code start} up to, not including, {@code end} must stay. */
    public boolean keepsWal(Incarnation incarnation, TimelineId timeline, Lsn start, Lsn end) {
        return wal.stream().anyMatch(need -> need.covers(incarnation, timeline, start, end));
    }
}
