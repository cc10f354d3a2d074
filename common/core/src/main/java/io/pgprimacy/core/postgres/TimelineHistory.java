package io.pgprimacy.core.postgres;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The ancestry of timelines as far as the cluster log knows it: each promotion's new timeline and the LSN at which it
 * left its parent.
 *
 * @param switches by timeline; no timeline number is used twice, see {@code NodeAction.Promote}
 */
public record TimelineHistory(List<Switch> switches) {
    public static final TimelineHistory EMPTY = new TimelineHistory(List.of());

    private static final Comparator<Switch> ORDER =
            Comparator.comparing(Switch::timeline).thenComparing(Switch::parent).thenComparing(Switch::switchPoint);

    /** {@code timeline} began at {@code switchPoint} of {@code parent}. */
    public record Switch(TimelineId parent, TimelineId timeline, Lsn switchPoint) {}

    public TimelineHistory {
        switches = List.copyOf(switches);
    }

    /** Adds a promotion; the same promotion twice is one. */
    public TimelineHistory with(Switch added) {
        if (switches.contains(added)) {
            return this;
        }
        List<Switch> next = new ArrayList<>(switches);
        next.add(added);
        next.sort(ORDER);
        return new TimelineHistory(next);
    }

    /**
     * The LSN up to which WAL of {@code ancestor} is also history of {@code descendant}; empty where it is not an
     * ancestor (as far as is known). For a timeline and itself: no bound, so {@link Long#MAX_VALUE}-like unsigned max.
     */
    public Optional<Lsn> commonUpTo(TimelineId ancestor, TimelineId descendant) {
        Lsn bound = new Lsn(-1L);
        TimelineId at = descendant;
        for (int hops = 0; hops <= switches.size(); hops++) {
            if (at.equals(ancestor)) {
                return Optional.of(bound);
            }
            Optional<Switch> born = bornAs(at);
            if (born.isEmpty()) {
                return Optional.empty();
            }
            bound = min(bound, born.get().switchPoint());
            at = born.get().parent();
        }
        return Optional.empty();
    }

    /** Where the two part: the end of the WAL that both share; empty where they share nothing, as far as is known. */
    public Optional<Lsn> parting(TimelineId one, TimelineId other) {
        Lsn bound = new Lsn(-1L);
        TimelineId at = one;
        for (int hops = 0; hops <= switches.size(); hops++) {
            Optional<Lsn> shared = commonUpTo(at, other);
            if (shared.isPresent()) {
                return Optional.of(min(bound, shared.get()));
            }
            Optional<Switch> born = bornAs(at);
            if (born.isEmpty()) {
                return Optional.empty();
            }
            bound = min(bound, born.get().switchPoint());
            at = born.get().parent();
        }
        return Optional.empty();
    }

    /** True where everything up to {@code position} is also history of {@code timeline}. */
    public boolean isOnHistoryOf(WalPosition position, TimelineId timeline) {
        return commonUpTo(position.timeline(), timeline)
                .map(bound -> !position.lsn().isAfter(bound))
                .orElse(false);
    }

    /** Where {@code timeline} left its parent, if the log has seen that promotion. */
    public Optional<Switch> bornAs(TimelineId timeline) {
        return switches.stream().filter(s -> s.timeline().equals(timeline)).findFirst();
    }

    private static Lsn min(Lsn a, Lsn b) {
        return a.isBefore(b) ? a : b;
    }
}
