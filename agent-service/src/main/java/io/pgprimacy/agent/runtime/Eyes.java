package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.postgres.ControlData;
import io.pgprimacy.agent.postgres.PostgresFailure;
import io.pgprimacy.agent.postgres.PostgresInstance;
import io.pgprimacy.agent.postgres.PostgresObservation;
import io.pgprimacy.agent.postgres.PostgresObserver;
import io.pgprimacy.agent.postgres.TimelineHistoryFile;
import io.pgprimacy.agent.process.DeathWatch;
import io.pgprimacy.agent.process.ProcFs;
import io.pgprimacy.agent.process.ProcessIdentity;
import io.pgprimacy.core.event.Fact.RestartPending.Waiting;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the instance: all the time on a thread of its own, so that a PostgreSQL that hangs keeps nobody waiting, and at once when
 * the postmaster or the WAL receiver dies.
 */
final class Eyes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Eyes.class);
    private static final Duration QUERY_BOUND = Duration.ofSeconds(1);
    private static final Duration KILL_BOUND = Duration.ofSeconds(10);
    /** Somebody may change the configuration by hand and reload it; our own reloads are looked at sooner. */
    private static final Duration PENDING_RESTARTS_EVERY = Duration.ofSeconds(5);
    /** PostgreSQL takes a reload up at its leisure: for so long after one each look asks. */
    private static final Duration RELOAD_SETTLES = Duration.ofSeconds(2);

    private static final Duration WAITED_FOR = Duration.ofMillis(10);
    /** The last entries of the history are enough to place a timeline whose promotion the log has missed. */
    private static final int SWITCHES = 3;

    private final PostgresInstance instance;
    private final PostgresObserver observer;
    private final Supplier<PostgresView.WriteProbe> probe;
    private final UpstreamNote upstream;
    private final Runnable onChange;
    private final DeathWatch watch;
    private final DeathWatch receiverWatch;
    private final Thread thread;
    private volatile Sight sight;
    private volatile Optional<PostgresObservation> told = Optional.empty();
    private volatile Duration interval = Duration.ofMillis(100);
    private volatile boolean closed;
    private volatile boolean shut;
    private volatile boolean stopping;
    private Optional<Answer> lastAnswer = Optional.empty();
    private Optional<Pending> pending = Optional.empty();
    private Optional<Long> reloadedAtNanos = Optional.empty();
    private Optional<SystemIdentifier> systemIdentifier = Optional.empty();

    /**
     * @param shutdownCheckpoint of a stopped instance that was shut down as a primary
     * @param lastFlushed while it was a primary
     */
    record Sight(
            PostgresView view,
            boolean processes,
            Optional<SystemIdentifier> systemIdentifier,
            Optional<WalPosition> shutdownCheckpoint,
            Optional<WalPosition> lastFlushed,
            List<TimelineHistory.Switch> switches,
            String synchronousStandbyNames,
            SortedMap<String, Waiting> pendingRestarts) {}

    private record Pending(ProcessIdentity postmaster, SortedMap<String, Waiting> parameters, long atNanos) {}

    private record Answer(ProcessIdentity postmaster, boolean primary, long atNanos) {}

    /** @param onChange called when something that matters has changed */
    Eyes(
            PostgresInstance instance,
            PostgresObserver observer,
            Supplier<PostgresView.WriteProbe> probe,
            UpstreamNote upstream,
            Runnable onChange) {
        this.instance = instance;
        this.observer = observer;
        this.probe = probe;
        this.upstream = upstream;
        this.onChange = onChange;
        this.sight = nothingSeen();
        this.watch = new DeathWatch("postmaster-watch", this::postmasterDied);
        // A standby that has lost its upstream is a witness (S7); the sooner it is one, the better.
        this.receiverWatch = new DeathWatch("receiver-watch", receiver -> look());
        look();
        this.thread = Thread.ofPlatform().daemon().name("eyes").start(this::loop);
    }

    Sight sight() {
        return sight;
    }

    /** PostgreSQL's own words, while it answers: for people and their tools. */
    Optional<PostgresObservation> told() {
        return told;
    }

    /** How often to look; shorter while something is under way. */
    void every(Duration next) {
        boolean sooner = next.compareTo(interval) < 0;
        interval = next;
        if (sooner) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * While a program of PostgreSQL works in the data directory (initdb, pg_rewind, the swap of a rebuild), what is to be seen there is
     * half of something, and the servers that it starts for itself are not ours to watch.
     */
    void shut(boolean now) {
        shut = now;
    }

    /**
     * While PostgreSQL is being stopped it refuses whoever comes. It is left in peace for as long as an answer may take anyway;
     * that it ends is seen all the same.
     */
    void stopping(boolean now) {
        stopping = now;
    }

    /** Looks now; what comes back is no older than the call, unless the eyes are shut. */
    synchronized Sight look() {
        Sight before = sight;
        if (shut) {
            return before;
        }
        Sight seen = seen(before);
        sight = seen;
        if (!isAnswering(seen.view())) {
            told = Optional.empty();
        }
        if (isNews(before, seen) || (isWaitedFor() && !before.view().equals(seen.view()))) {
            onChange.run();
        }
        return seen;
    }

    /** PostgreSQL was told to read its configuration again. */
    synchronized void expectPendingRestarts() {
        reloadedAtNanos = Optional.of(System.nanoTime());
    }

    /** The data directory has been exchanged. */
    synchronized void forget() {
        lastAnswer = Optional.empty();
        systemIdentifier = Optional.empty();
        Sight old = sight;
        sight = new Sight(
                old.view(),
                old.processes(),
                Optional.empty(),
                Optional.empty(),
                old.lastFlushed(),
                List.of(),
                "",
                new TreeMap<>());
    }

    @Override
    public void close() {
        closed = true;
        watch.close();
        receiverWatch.close();
        LockSupport.unpark(thread);
    }

    private void loop() {
        while (!closed) {
            LockSupport.parkNanos(this, interval.toNanos());
            try {
                look();
            } catch (RuntimeException e) {
                LOG.warn("the instance could not be looked at: {}", e.toString());
            }
        }
    }

    /** Backends outlive their postmaster for as long as they are busy, and may still acknowledge: none may be left. */
    private void postmasterDied(ProcessIdentity postmaster) {
        LOG.warn("postmaster {} has died", postmaster.pid());
        instance.processes().killAll(KILL_BOUND);
        look();
    }

    private Sight seen(Sight before) {
        if (!instance.isInitialised()) {
            return new Sight(
                    new PostgresView.Empty(),
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    before.lastFlushed(),
                    List.of(),
                    "",
                    new TreeMap<>());
        }
        Optional<ProcessIdentity> postmaster = instance.processes().postmaster();
        return postmaster.isEmpty() ? stopped(before) : running(before, postmaster.get());
    }

    private Sight stopped(Sight before) {
        boolean left = instance.processes().anyAlive();
        boolean known = before.view() instanceof PostgresView.Stopped
                && before.processes() == left
                && before.systemIdentifier().isPresent();
        if (known) {
            return before;
        }
        ControlData control = instance.controlData();
        systemIdentifier = Optional.of(control.systemIdentifier());
        Optional<WalPosition> checkpoint = control.state().equals("shut down")
                ? Optional.of(new WalPosition(control.timeline(), control.checkpoint()))
                : Optional.empty();
        return new Sight(
                new PostgresView.Stopped(control.state()),
                left,
                systemIdentifier,
                checkpoint,
                before.lastFlushed(),
                before.switches(),
                "",
                before.pendingRestarts());
    }

    private Sight running(Sight before, ProcessIdentity postmaster) {
        watch.watch(postmaster);
        if (stopping && answeredJustNow(postmaster)) {
            return before;
        }
        PostgresView view;
        try {
            PostgresObservation seen = observer.observe(QUERY_BOUND);
            systemIdentifier = Optional.of(seen.systemIdentifier());
            lastAnswer = Optional.of(new Answer(postmaster, !seen.inRecovery(), System.nanoTime()));
            seen.walReceiver().flatMap(w -> ProcFs.alive(w.pid())).ifPresent(receiverWatch::watch);
            told = Optional.of(seen);
            view = view(seen);
            Optional<WalPosition> flushed =
                    view instanceof PostgresView.Primary ? view.knownPosition() : before.lastFlushed();
            return new Sight(
                    view,
                    true,
                    systemIdentifier,
                    Optional.empty(),
                    flushed,
                    switches(before, view),
                    seen.synchronousStandbyNames(),
                    pendingRestarts(postmaster));
        } catch (PostgresFailure e) {
            view = silentView(before, postmaster);
        }
        return new Sight(
                view,
                instance.processes().anyAlive(),
                systemIdentifier,
                Optional.empty(),
                before.lastFlushed(),
                before.switches(),
                before.synchronousStandbyNames(),
                before.pendingRestarts());
    }

    private SortedMap<String, Waiting> pendingRestarts(ProcessIdentity postmaster) {
        long now = System.nanoTime();
        boolean settles = reloadedAtNanos
                .filter(at -> now - at < RELOAD_SETTLES.toNanos())
                .isPresent();
        boolean fresh = !settles
                && pending.filter(p -> p.postmaster().equals(postmaster)
                                && now - p.atNanos() < PENDING_RESTARTS_EVERY.toNanos())
                        .isPresent();
        if (!fresh) {
            pending = Optional.of(new Pending(postmaster, observer.pendingRestarts(QUERY_BOUND), now));
        }
        return pending.orElseThrow().parameters();
    }

    /** One that has answered since its start is hung or overloaded; one that has not is starting. */
    private PostgresView silentView(Sight before, ProcessIdentity postmaster) {
        Optional<Answer> answered = lastAnswer.filter(a -> a.postmaster().equals(postmaster));
        if (answered.isEmpty()) {
            return new PostgresView.Starting();
        }
        Duration since = Duration.ofNanos(System.nanoTime() - answered.get().atNanos());
        return since.compareTo(QUERY_BOUND) < 0
                ? before.view()
                : new PostgresView.Unresponsive(answered.get().primary(), Duration.ofMillis(since.toMillis()));
    }

    private boolean answeredJustNow(ProcessIdentity postmaster) {
        return lastAnswer
                .filter(a -> a.postmaster().equals(postmaster))
                .filter(a -> System.nanoTime() - a.atNanos() < QUERY_BOUND.toNanos())
                .isPresent();
    }

    private PostgresView view(PostgresObservation seen) {
        TimelineId timeline = seen.timeline().orElseThrow();
        if (!seen.inRecovery()) {
            List<PostgresView.Downstream> downstreams = seen.standbys().stream()
                    .map(s -> new PostgresView.Downstream(
                            s.name(), s.state(), s.flushed().orElse(Lsn.ZERO), s.syncState()))
                    .toList();
            return new PostgresView.Primary(timeline, seen.walEnd(), probe.get(), downstreams, 0);
        }
        boolean receives = seen.walReceiver().isPresent();
        PostgresView.Upstream link = receives || upstream.isConfigured()
                ? new PostgresView.Upstream(
                        upstream.node(),
                        seen.walReceiver()
                                .map(PostgresObservation.WalReceiver::isStreaming)
                                .orElse(false),
                        seen.walReceiver()
                                .flatMap(PostgresObservation.WalReceiver::silentFor)
                                .map(d -> Duration.ofMillis(d.toMillis())))
                : PostgresView.Upstream.CUT;
        boolean exact = seen.localWalExhausted() || seen.received().isPresent();
        return new PostgresView.Standby(timeline, seen.walEnd(), seen.replayed().orElse(Lsn.ZERO), exact, link);
    }

    private List<TimelineHistory.Switch> switches(Sight before, PostgresView view) {
        TimelineId timeline = view.knownPosition().orElseThrow().timeline();
        boolean known = before.view()
                        .knownPosition()
                        .map(p -> p.timeline().equals(timeline))
                        .orElse(false)
                && before.view().getClass().equals(view.getClass())
                && !before.switches().isEmpty();
        if (known) {
            return before.switches();
        }
        List<TimelineHistory.Switch> all =
                TimelineHistoryFile.read(instance.settings().dataDirectory().resolve("pg_wal"), timeline);
        return List.copyOf(all.subList(Math.max(0, all.size() - SWITCHES), all.size()));
    }

    /** Somebody looks often because progress matters, replay that advances for instance. */
    private boolean isWaitedFor() {
        return interval.compareTo(WAITED_FOR) <= 0;
    }

    private static boolean isAnswering(PostgresView view) {
        return view instanceof PostgresView.Primary || view instanceof PostgresView.Standby;
    }

    private static boolean isNews(Sight before, Sight after) {
        return !before.view().getClass().equals(after.view().getClass())
                || before.processes() != after.processes()
                || !before.pendingRestarts().equals(after.pendingRestarts())
                || !link(before.view()).equals(link(after.view()));
    }

    private static String link(PostgresView view) {
        return view instanceof PostgresView.Standby s
                ? s.upstream().node() + "/" + s.upstream().streaming() + "/" + s.exact() + "/" + s.timeline()
                : "";
    }

    private static Sight nothingSeen() {
        return new Sight(
                new PostgresView.Starting(),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                "",
                new TreeMap<>());
    }
}
