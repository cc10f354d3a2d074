package io.pgprimacy.agent.runtime;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The changes of primary with their reasons, for {@code /history}. The fold keeps what decisions need, which reasons are not; the log
 * keeps every decision, so each start reads them again.
 */
public final class Chronicle implements LogFollower {
    /** Newer than any that somebody looks for on a node; the log has all of them. */
    private static final int MOST = 200;

    private final TreeMap<Term, Cause> causes = new TreeMap<>();
    private final TreeMap<Term, Entry> known = new TreeMap<>();
    private volatile List<Entry> entries = List.of();

    /**
     * @param ended the timeline that was left
     * @param at where
     * @param when the new primary was chosen; the fact of its promotion may be stated again later
     */
    public record Entry(TimelineId ended, Lsn at, String reason, Instant when, NodeId leader) {}

    private record Cause(String reason, Instant when) {}

    /** Oldest first; may be called by any thread. */
    List<Entry> entries() {
        return entries;
    }

    @Override
    public void read(LogRecord record, ClusterState after) {
        if (record.event() instanceof Decision decision && LogFollower.counts(decision, record, after)) {
            note(decision, Instant.ofEpochMilli(record.writtenAtMillis()));
        }
        if (record.event() instanceof Fact.Promoted promoted
                && Optional.of(promoted.node())
                        .equals(Optional.ofNullable(after.grants().get(promoted.term())))) {
            promoted.born().ifPresent(born -> enter(promoted, born));
        }
    }

    private void note(Decision decision, Instant when) {
        String because = decision.basis().because();
        if (decision instanceof Decision.FailoverOpened d) {
            causes.put(d.term(), new Cause(because, when));
        } else if (decision instanceof Decision.SwitchoverStarted d) {
            causes.put(d.term(), new Cause(because, when));
        } else if (decision instanceof Decision.RestoreOpened d) {
            causes.put(d.term(), new Cause(because, when));
        } else if (decision instanceof Decision.PrimaryChosen d) {
            causes.merge(d.term(), new Cause(because, when), (opened, chosen) -> new Cause(opened.reason(), when));
        }
        bound(causes);
    }

    private void enter(Fact.Promoted promoted, TimelineHistory.Switch born) {
        Optional<Cause> cause = Optional.ofNullable(causes.get(promoted.term()));
        if (cause.isEmpty() || known.containsKey(promoted.term())) {
            return;
        }
        known.put(
                promoted.term(),
                new Entry(
                        born.parent(),
                        born.switchPoint(),
                        cause.get().reason(),
                        cause.get().when(),
                        promoted.node()));
        bound(known);
        entries = List.copyOf(known.values());
    }

    private static void bound(NavigableMap<Term, ?> map) {
        if (map.size() > MOST) {
            map.pollFirstEntry();
        }
    }
}
