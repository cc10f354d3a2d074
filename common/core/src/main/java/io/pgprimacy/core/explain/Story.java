package io.pgprimacy.core.explain;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The records that belong to one change of primary: from its opening to what came of it. Facts are recognised by their term and not
 * by their place, because compaction moves a fact that was stated again towards the end of the log.
 *
 * @param decisions those that counted, oldest first; begins with the opening
 * @param from the grant that it ended; empty for the first primary
 * @param before the newest term before it
 * @param last the newest term that it opened
 */
record Story(History history, List<LogEntry> decisions, Optional<Grant> from, Term before, Term last) {
    Story {
        decisions = List.copyOf(decisions);
    }

    /** Every change of primary in the log, oldest first. The last one may be under way. */
    static List<Story> all(History history) {
        List<Story> stories = new ArrayList<>();
        List<LogEntry> current = new ArrayList<>();
        // Folded once for all of them: a log of years has many.
        ClusterState state = ClusterState.initial(history.cluster());
        ClusterState before = state;
        for (LogEntry entry : history.entries()) {
            if (isPartOf(current, entry)) {
                before = current.isEmpty() ? state : before;
                current.add(entry);
                if (closes((Decision) entry.record().event())) {
                    stories.add(tell(history, current, before));
                    current = new ArrayList<>();
                }
            }
            state = state.evolve(entry.record());
        }
        if (!current.isEmpty()) {
            stories.add(tell(history, current, before));
        }
        return stories;
    }

    private static boolean isPartOf(List<LogEntry> current, LogEntry entry) {
        return entry.counts()
                && entry.record().event() instanceof Decision decision
                && (!current.isEmpty() || opens(decision));
    }

    static boolean opens(Decision decision) {
        return decision instanceof Decision.ClusterCreated
                || decision instanceof Decision.FailoverOpened
                || decision instanceof Decision.RestoreOpened
                || decision instanceof Decision.SwitchoverStarted;
    }

    static boolean closes(Decision decision) {
        return choosesFirst(decision)
                || decision instanceof Decision.CreationGivenUp
                || decision instanceof Decision.PrimaryChosen
                || decision instanceof Decision.SwitchoverAborted;
    }

    /** A cluster that is filled from a repository begins with a node that is not primary yet. */
    private static boolean choosesFirst(Decision decision) {
        return decision instanceof Decision.ClusterCreated created
                && created.data().isEmpty();
    }

    private static Story tell(History history, List<LogEntry> decisions, ClusterState before) {
        Term last = Term.NONE;
        for (LogEntry entry : decisions) {
            Decision decision = (Decision) entry.record().event();
            Optional<Term> own = decision instanceof Decision.ClusterCreated
                    ? Optional.of(before.term().next())
                    : termOf(decision);
            Term term = own.orElse(last);
            last = term.isAfter(last) ? term : last;
        }
        return new Story(history, decisions, before.lastGrant(), before.term(), last);
    }

    /** The one that it opens or grants; that of a cluster's creation only the log before it tells. */
    static Optional<Term> termOf(Decision decision) {
        return switch (decision) {
            case Decision.CreationGivenUp d -> Optional.of(d.term());
            case Decision.FailoverOpened d -> Optional.of(d.term());
            case Decision.RestoreOpened d -> Optional.of(d.term());
            case Decision.SwitchoverStarted d -> Optional.of(d.term());
            case Decision.PrimaryStopOrdered d -> Optional.of(d.term());
            case Decision.PrimaryChosen d -> Optional.of(d.term());
            default -> Optional.empty();
        };
    }

    LogEntry opening() {
        return decisions.getFirst();
    }

    boolean contains(LogEntry entry) {
        return decisions.contains(entry) || entries().contains(entry);
    }

    /** The decision that named the new primary, if there is one yet. */
    Optional<LogEntry> choice() {
        return Optional.of(decisions.getLast())
                .filter(e -> e.record().event() instanceof Decision.PrimaryChosen
                        || choosesFirst((Decision) e.record().event()));
    }

    Optional<NodeId> chosen() {
        return choice().map(e -> switch (e.record().event()) {
            case Decision.PrimaryChosen d -> d.node();
            case Decision.ClusterCreated d -> d.first();
            default -> throw new IllegalStateException("not a choice: " + e);
        });
    }

    /** The request that a person made for it, if any. */
    Optional<LogEntry> request() {
        return decisions.stream()
                .flatMap(e -> ((Decision) e.record().event()).basis().answers().stream())
                .findFirst()
                .flatMap(history::request);
    }

    /** All that belongs to it, in the order of the log; rivals of its decisions that lost their race too. */
    List<LogEntry> entries() {
        Optional<LogEntry> request = request();
        return history.entries().stream()
                .filter(e -> switch (e.record().event()) {
                    case Decision d -> isWithin(d.basis().sequence());
                    case Fact f -> tells(f);
                    case Request r -> request.equals(Optional.of(e));
                    default -> false;
                })
                .toList();
    }

    private boolean isWithin(long sequence) {
        return sequence >= sequenceOf(decisions.getFirst()) && sequence <= sequenceOf(decisions.getLast());
    }

    private static long sequenceOf(LogEntry entry) {
        return ((Decision) entry.record().event()).basis().sequence();
    }

    private boolean tells(Fact fact) {
        return switch (fact) {
            case Fact.PrimaryStopped f ->
                from.map(old -> old.node().equals(f.node())
                                && !f.term().isBefore(old.term())
                                && f.term().isBefore(last))
                        .orElse(false);
            case Fact.ClusterInitialized f -> from.isEmpty() && chosen().equals(Optional.of(f.node()));
            default -> termOf(fact).map(this::isOurs).orElse(false);
        };
    }

    /** The one whose change of primary it tells of. */
    static Optional<Term> termOf(Fact fact) {
        return switch (fact) {
            case Fact.StandbyPledged f -> Optional.of(f.term());
            case Fact.Promoted f -> Optional.of(f.term());
            case Fact.SwitchoverPrepared f -> Optional.of(f.term());
            case Fact.StandbyFollowing f -> Optional.of(f.term());
            case Fact.DiscardedWalSaved f -> Optional.of(f.term());
            case Fact.Rewound f -> Optional.of(f.term());
            case Fact.RewindFailed f -> Optional.of(f.term());
            case Fact.Rebuilt f -> Optional.of(f.term());
            case Fact.RebuildFailed f -> Optional.of(f.term());
            case Fact.RestoreProgressed f -> Optional.of(f.term());
            case Fact.DataRestored f -> Optional.of(f.term());
            case Fact.RestoreFailed f -> Optional.of(f.term());
            case Fact.OldDataKept f -> Optional.of(f.term());
            case Fact.NodeQuarantined f -> Optional.of(f.term());
            // It ends an earlier one, or tells of no change.
            case Fact.PrimaryStopped f -> Optional.empty();
            case Fact.ClusterInitialized f -> Optional.empty();
            case Fact.OldDataRemoved f -> Optional.empty();
            case Fact.NodeJoined f -> Optional.empty();
            case Fact.SyncStandbysApplied f -> Optional.empty();
            case Fact.RestartPending f -> Optional.empty();
            case Fact.PostgresRestarted f -> Optional.empty();
            case Fact.PostgresReloaded f -> Optional.empty();
            case Fact.BackupStarted f -> Optional.empty();
            case Fact.BackupProgressed f -> Optional.empty();
            case Fact.BackupCompleted f -> Optional.empty();
            case Fact.DumpCompleted f -> Optional.empty();
            case Fact.BackupFailed f -> Optional.empty();
            case Fact.DrillStarted f -> Optional.empty();
            case Fact.DrillProgressed f -> Optional.empty();
            case Fact.DrillCompleted f -> Optional.empty();
            case Fact.DrillFailed f -> Optional.empty();
            case Fact.WalArchiving f -> Optional.empty();
            case Fact.LeaseKeptByPromises f -> Optional.empty();
        };
    }

    private boolean isOurs(Term term) {
        return !term.isAfter(last) && term.isAfter(from.map(Grant::term).orElse(before));
    }

    /** Members at the time of the choice that still are members: those that must follow the new primary. */
    SortedSet<NodeId> mustFollow() {
        SortedSet<NodeId> nodes = new TreeSet<>();
        choice().ifPresent(choice -> {
            history.stateThrough(choice.record().offset()).members().forEach(n -> nodes.add(n.id()));
            SortedSet<NodeId> now = new TreeSet<>();
            history.stateThrough(Long.MAX_VALUE).members().forEach(n -> now.add(n.id()));
            nodes.retainAll(now);
        });
        chosen().ifPresent(nodes::remove);
        return nodes;
    }

    /** The decision by which a later change revoked what this one granted. */
    Optional<LogEntry> endedBy() {
        return history.decisions().stream()
                .filter(LogEntry::counts)
                .filter(e -> (e.record().event() instanceof Decision.FailoverOpened d
                                && d.term().isAfter(last))
                        || (e.record().event() instanceof Decision.RestoreOpened r
                                && r.term().isAfter(last))
                        || (e.record().event() instanceof Decision.PrimaryStopOrdered s
                                && s.term().isAfter(last)))
                .findFirst();
    }
}
