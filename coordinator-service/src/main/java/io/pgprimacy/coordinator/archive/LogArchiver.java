package io.pgprimacy.coordinator.archive;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.coordinator.runtime.Clocks;
import io.pgprimacy.coordinator.runtime.ClusterRuntime;
import io.pgprimacy.coordinator.runtime.FleetRuntime;
import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.coordinator.storage.StorageCatalog.NotThere;
import io.pgprimacy.coordinator.storage.StorageOperator.Refused;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.RecordChain;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to the stored log of each cluster that this coordinator owns. It remembers nothing that the store does not hold: after any failure it asks
 * the store for its end again. Nothing is appended to a log of which this one is not the continuation, by the chain over both.
 *
 * <p>One thread calls {@link #round}; {@link #age} may be called by any.
 */
public final class LogArchiver {
    private static final Logger LOG = LoggerFactory.getLogger(LogArchiver.class);
    static final Duration AGAIN_AFTER = Duration.ofSeconds(30);

    /** It needs a person, and finding out whether one has come reads the whole log. */
    static final Duration MISFIT_AGAIN_AFTER = Duration.ofMinutes(10);

    private final FleetRuntime fleet;
    private final LogStore store;
    private final LogSource source;
    private final Clocks clocks;
    private final Pace pace;
    private final Map<ClusterId, Progress> progress = new ConcurrentHashMap<>();

    /**
     * When a stretch is due: whichever comes first.
     *
     * @param every age of the oldest record that waits
     * @param records that wait; also the most in one stretch
     */
    public record Pace(Duration every, int records) {}

    public LogArchiver(FleetRuntime fleet, LogStore store, LogSource source, Clocks clocks, Pace pace) {
        this.fleet = fleet;
        this.store = store;
        this.source = source;
        this.clocks = clocks;
        this.pace = pace;
    }

    /** Where the stored log ends. */
    private record End(long through, String head) {
        static final End NOTHING = new End(-1, LogStretch.NO_HEAD);
    }

    /**
     * @param end empty until the store has been asked, and the log found to be its continuation
     * @param sinceMillis since when it is empty
     * @param notBefore when the next attempt is due
     * @param trouble what was logged last
     */
    private record Progress(
            ClusterRuntime runtime,
            Incarnation life,
            Optional<End> end,
            long sinceMillis,
            Duration notBefore,
            String trouble) {
        Progress at(End reached) {
            return new Progress(runtime, life, Optional.of(reached), sinceMillis, notBefore, "");
        }

        Progress again(Duration later, String why) {
            return new Progress(runtime, life, end, sinceMillis, later, why);
        }

        Progress unknown(long nowMillis) {
            long since = end.isPresent() ? nowMillis : sinceMillis;
            return new Progress(runtime, life, Optional.empty(), since, notBefore, trouble);
        }
    }

    /** The log is not the one that is stored. */
    private static final class Misfit extends Exception {
        private static final long serialVersionUID = 1;

        Misfit(String message) {
            super(message);
        }
    }

    /** Seconds since the oldest record that is not stored; NaN where this coordinator does not store that log. */
    public double age(ClusterId cluster) {
        Progress now = progress.get(cluster);
        if (now == null) {
            return Double.NaN;
        }
        long since = now.end()
                .map(end -> oldest(now.runtime().entriesAfter(end.through(), 1)).orElse(clocks.wallMillis()))
                .orElse(now.sinceMillis());
        return Math.max(0, clocks.wallMillis() - since) / 1000.0;
    }

    /** Looks at every cluster once. */
    public void round() {
        progress.keySet().retainAll(fleet.clusters());
        for (ClusterId cluster : fleet.clusters()) {
            Optional<Progress> now = archivable(cluster);
            now.ifPresentOrElse(p -> progress.put(cluster, p), () -> progress.remove(cluster));
            if (now.isPresent() && now.get().notBefore().compareTo(clocks.now()) <= 0) {
                archive(cluster, now.get());
            }
        }
    }

    /** Empty for another's, one that is not created yet, and one whose log is not to be trusted: a person has to act first. */
    private Optional<Progress> archivable(ClusterId cluster) {
        Optional<ClusterRuntime> runtime = fleet.cluster(cluster);
        Optional<Snapshot> seen = fleet.snapshot(cluster)
                .filter(s -> s.halted().isEmpty()
                        && s.state().lostDecisions().isEmpty()
                        && s.state().config().isPresent());
        if (runtime.isEmpty() || seen.isEmpty() || !fleet.owns(cluster) || !fleet.isCaughtUp(cluster)) {
            return Optional.empty();
        }
        Incarnation life = new Incarnation(seen.get().state().incarnation());
        Progress known = progress.get(cluster);
        return Optional.of(
                known != null
                                && known.runtime() == runtime.get()
                                && known.life().equals(life)
                        ? known
                        : new Progress(runtime.get(), life, Optional.empty(), clocks.wallMillis(), clocks.now(), ""));
    }

    private void archive(ClusterId cluster, Progress begun) {
        try {
            End end = begun.end().isPresent() ? begun.end().get() : knownEnd(cluster, begun.life());
            Progress now = begun.at(end);
            progress.put(cluster, now);
            while (isDue(now) && append(cluster, now)) {
                now = progress.getOrDefault(cluster, now);
            }
        } catch (NotThere e) {
            trouble(cluster, AGAIN_AFTER, "the storage service is away: " + e.getMessage());
        } catch (LogSource.Unreadable e) {
            lost(cluster, AGAIN_AFTER, String.valueOf(e.getMessage()));
        } catch (Refused e) {
            lost(cluster, AGAIN_AFTER, "the storage service refuses: " + e.getMessage());
        } catch (Misfit | RepositoryDamaged e) {
            lost(cluster, MISFIT_AGAIN_AFTER, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            lost(cluster, MISFIT_AGAIN_AFTER, "a bug: " + e);
        }
    }

    /** Where the store's log ends, once this log was found to hold all of it. */
    private End knownEnd(ClusterId cluster, Incarnation life)
            throws NotThere, Refused, LogSource.Unreadable, Misfit, RepositoryDamaged {
        Optional<StoredLog> stored = store.logs(cluster).stream()
                .filter(log -> log.incarnation().equals(life))
                .findFirst();
        if (stored.isEmpty()) {
            return End.NOTHING;
        }
        End end = end(new LogPlace(cluster, life, stored.get().stretches().getLast()));
        RecordChain chain = new RecordChain();
        long behind = source.read(cluster, 0, record -> {
            boolean wanted = record.offset() <= end.through();
            if (wanted) {
                chain.next(record);
            }
            return wanted;
        });
        if (behind <= end.through() || !chain.head().equals(end.head())) {
            throw new Misfit("it is not the log that is stored as incarnation " + life + " up to offset "
                    + end.through()
                    + (behind <= end.through()
                            ? ": it ends before that"
                            : ": the chain there is " + chain.head() + ", and the stored one " + end.head())
                    + "; nothing is added to that one, see docs/how-to/audit.md");
        }
        return end;
    }

    private End end(LogPlace last) throws NotThere, Refused, RepositoryDamaged {
        LogStretch.Header header = LogStretch.parse(last, store.stretch(last)).header();
        return new End(header.through(), header.after());
    }

    private boolean isDue(Progress now) {
        End end = now.end().orElse(End.NOTHING);
        List<LogEntry> waiting = now.runtime().entriesAfter(end.through(), pace.records());
        return waiting.size() >= pace.records()
                || oldest(waiting)
                        .filter(at -> clocks.wallMillis() - at >= pace.every().toMillis())
                        .isPresent();
    }

    private static Optional<Long> oldest(List<LogEntry> waiting) {
        return waiting.stream().findFirst().map(entry -> entry.record().writtenAtMillis());
    }

    /** One stretch. False where the topic has nothing more to keep. */
    private boolean append(ClusterId cluster, Progress now) throws NotThere, Refused, LogSource.Unreadable {
        End end = now.end().orElse(End.NOTHING);
        LogPlace place = new LogPlace(cluster, now.life(), end.through() + 1);
        StretchCutter cutter = new StretchCutter(place, end.head(), pace.records());
        source.read(cluster, place.from(), cutter::take);
        Optional<LogStretch> stretch = cutter.cut();
        if (stretch.isPresent()) {
            LogStretch.Header header = stretch.get().header();
            store.append(stretch.get());
            progress.put(cluster, now.at(new End(header.through(), header.after())));
            LOG.debug("the log of {} is stored up to offset {}", cluster, header.through());
        }
        return cutter.isFull();
    }

    /** What was found out so far holds. */
    private void trouble(ClusterId cluster, Duration pause, String why) {
        progress.computeIfPresent(cluster, (_, p) -> {
            if (!p.trouble().equals(why)) {
                LOG.warn("the log of {} is not being stored: {}", cluster, why);
            }
            return p.again(clocks.now().plus(pause), why);
        });
    }

    /** Whether this log goes on where the store's ends has to be found out again. */
    private void lost(ClusterId cluster, Duration pause, String why) {
        trouble(cluster, pause, why);
        progress.computeIfPresent(cluster, (_, p) -> p.unknown(clocks.wallMillis()));
    }
}
