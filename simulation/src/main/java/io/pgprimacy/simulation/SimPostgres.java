package io.pgprimacy.simulation;

import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.WalPosition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One PostgreSQL instance: a data directory, and processes on it or not. */
final class SimPostgres {
    enum State {
        STARTING,
        STANDBY,
        PRIMARY
    }

    private static final long END_OF_RECOVERY_RECORD = 128;
    private static final long CHECKPOINT_RECORD = 120;

    private final World world;
    private final Truth truth;
    private final SimHost host;
    private final SimProcess process;
    private final Replication replication;

    private boolean data;
    private boolean usable = true;
    private boolean restored;
    private @Nullable Kept kept;
    private final SortedMap<String, Term> aside = new TreeMap<>();
    private Optional<SystemIdentifier> systemIdentifier = Optional.empty();
    private @Nullable Branch branch;
    private long written;
    private long flushed;
    private long replayed;
    private Optional<WalPosition> shutdownCheckpoint = Optional.empty();

    private State state = State.STARTING;
    private boolean stopping;
    private long exactAt;
    private long servingTerm;
    private long primarySince;
    private boolean diskHangs;
    private long diskHangsSince;
    private SyncStandbys sync = SyncStandbys.NONE;
    private long syncSequence = -1;
    private long syncAt;
    private final Deque<Commit> waiting = new ArrayDeque<>();

    SimPostgres(World world, Truth truth, SimHost host, Network network) {
        this.world = world;
        this.truth = truth;
        this.host = host;
        this.process = new SimProcess(world);
        this.replication = new Replication(world, network, this);
    }

    // ---- the data directory

    void initialise(SystemIdentifier identifier) {
        data = true;
        usable = true;
        systemIdentifier = Optional.of(identifier);
        branch = truth.root();
        setEnd(0x1000000L);
    }

    /** From now on, until {@link #fill}, the data directory holds neither the old state nor the new one. */
    void beginOverwriting() {
        usable = false;
    }

    void fill(SimPostgres source) {
        data = true;
        usable = true;
        restored = false;
        systemIdentifier = source.systemIdentifier;
        branch = source.branch;
        setEnd(source.flushed);
        shutdownCheckpoint = Optional.empty();
    }

    /** A moment of the cluster's history, as a repository has it. */
    record Restored(Branch branch, long end, SystemIdentifier system) {}

    void restore(Restored past, Term term) {
        if (!restored) {
            kept = new Kept(data, usable, systemIdentifier, branch, flushed, shutdownCheckpoint, putAside(term));
        }
        data = true;
        usable = true;
        systemIdentifier = Optional.of(past.system());
        branch = past.branch();
        setEnd(past.end());
        shutdownCheckpoint = Optional.empty();
        restored = true;
    }

    private record Kept(
            boolean data,
            boolean usable,
            Optional<SystemIdentifier> system,
            @Nullable Branch branch,
            long flushed,
            Optional<WalPosition> shutdownCheckpoint,
            Optional<String> location) {}

    /** What is replaced next stays beside it. */
    Optional<String> putAside(Term term) {
        if (!data) {
            return Optional.empty();
        }
        String location = "/before-restore-" + term;
        while (aside.containsKey(location)) {
            location += "-again";
        }
        aside.put(location, term);
        return Optional.of(location);
    }

    /** Locations, each with the term of its restore. */
    SortedMap<String, Term> aside() {
        return aside;
    }

    /** What a restore has put here, and nobody has made the cluster's. */
    boolean isRestored() {
        return restored;
    }

    void putBack() {
        if (!restored) {
            // The agent died before what was restored took its place.
            return;
        }
        Kept before = java.util.Objects.requireNonNull(kept);
        before.location().filter(where -> aside.remove(where) == null).ifPresent(where -> {
            throw new Violation(Invariant.I7_SAVED, where + " of " + id() + " is to be put back, and was removed");
        });
        data = before.data();
        usable = before.usable();
        systemIdentifier = before.system();
        branch = before.branch();
        setEnd(before.flushed());
        shutdownCheckpoint = before.shutdownCheckpoint();
        restored = false;
    }

    /** By a person. */
    void delete() {
        data = false;
        usable = true;
        systemIdentifier = Optional.empty();
        shutdownCheckpoint = Optional.empty();
    }

    private void setEnd(long lsn) {
        written = lsn;
        flushed = lsn;
        replayed = lsn;
    }

    // ---- processes

    void start() {
        if (process.isAlive()) {
            return;
        }
        if (!usable) {
            throw new Violation(Invariant.I10_ONE_HISTORY, host.id() + " starts half-written data");
        }
        process.start();
        host.guard().watches(process.life());
        state = State.STARTING;
        stopping = false;
        shutdownCheckpoint = Optional.empty();
        replication.upstream(null);
        sync = SyncStandbys.NONE;
        syncSequence = -1;
        process.after(world.msBetween(30, 200), () -> {
            state = State.STANDBY;
            exactAt = world.now() + (world.chance(0.7) ? world.msBetween(0, 50) : world.msBetween(50, 3000));
            replayed = flushed;
            world.trace(host.name(), () -> "postgres runs as a standby at " + position());
            process.after(exactAt - world.now(), host::wakeAgent);
            host.wakeAgent();
        });
    }

    /** Every process is gone at once; what was not flushed is lost. */
    void kill(String why) {
        if (!process.isAlive()) {
            return;
        }
        world.trace(host.name(), () -> "postgres dies: " + why);
        boolean wasPrimary = state == State.PRIMARY;
        process.kill();
        written = flushed;
        waiting.clear();
        replication.died();
        if (wasPrimary) {
            truth.noLongerPrimary(this);
        }
        host.wakeAgent();
    }

    /** No new commits from here on; ends when all WAL has reached the connected standbys, or after a bound. */
    void beginFastStop(Runnable done) {
        if (!process.isAlive()) {
            done.run();
            return;
        }
        if (stopping) {
            return;
        }
        stopping = true;
        waiting.clear();
        process.after(world.msBetween(20, 80), () -> {
            if (state == State.PRIMARY) {
                flushed = written;
                long checkpoint = written;
                written += CHECKPOINT_RECORD;
                flushed = written;
                awaitShipping(checkpoint, world.now() + 5 * World.SECOND, done);
            } else {
                kill("stopped");
                done.run();
            }
        });
    }

    private void awaitShipping(long checkpoint, long until, Runnable done) {
        replication.shipAll();
        if (!replication.allShipped() && world.now() < until) {
            process.after(World.MS * 5, () -> awaitShipping(checkpoint, until, done));
            return;
        }
        WalPosition at = new WalPosition(line().at(checkpoint).timeline(), new Lsn(checkpoint));
        kill("stopped");
        shutdownCheckpoint = Optional.of(at);
        done.run();
    }

    // ---- promotion and commits

    /** Returns the reason where it cannot begin. {@code done} is called when writes are accepted. */
    Optional<String> promote(long term, long firstUnusedTimeline, SyncStandbys set, long sequence, Runnable done) {
        if (!process.runs() || state != State.STANDBY || stopping) {
            return Optional.of("it is no running standby");
        }
        applySync(set, sequence);
        replication.upstream(null);
        long wait = Math.max(0, exactAt - world.now()) + world.msBetween(40, 180);
        process.after(wait, () -> {
            if (state == State.STANDBY && !stopping) {
                becomePrimary(term, firstUnusedTimeline);
                done.run();
            }
        });
        return Optional.empty();
    }

    private void becomePrimary(long term, long firstUnusedTimeline) {
        Branch parent = line();
        branch = truth.newBranch(Math.max(firstUnusedTimeline, parent.number() + 1), parent, flushed);
        if (restored) {
            truth.beginsByRestore(branch);
            restored = false;
        }
        written = flushed + END_OF_RECOVERY_RECORD;
        flushed = written;
        replayed = written;
        syncAt = written;
        state = State.PRIMARY;
        servingTerm = term;
        primarySince = world.now();
        world.trace(host.name(), () -> "postgres PRIMARY of term " + term + " at " + position());
        truth.becomesPrimary(this);
        host.wakeAgent();
    }

    /** A cluster that is adopted runs as a primary before anybody governs it. */
    void runAsPrimary(SystemIdentifier identifier) {
        initialise(identifier);
        runAsPrimary();
    }

    /** By a person, over the data that there is: on its own line where it was a primary, else on a new one. */
    void startByHand(long unusedTimeline) {
        if (state != State.PRIMARY) {
            branch = truth.newBranch(unusedTimeline, line(), flushed);
        }
        shutdownCheckpoint = Optional.empty();
        replication.upstream(null);
        sync = SyncStandbys.NONE;
        syncSequence = -1;
        stopping = false;
        runAsPrimary();
    }

    private void runAsPrimary() {
        process.start();
        host.guard().watches(process.life());
        state = State.PRIMARY;
        servingTerm = 0;
        primarySince = world.now();
        truth.becomesPrimary(this);
    }

    void adoptedAs(long term) {
        if (servingTerm == 0) {
            servingTerm = term;
        }
    }

    boolean acceptsWrites() {
        return process.runs() && state == State.PRIMARY && !stopping;
    }

    /** A client's transaction; acknowledged later, or never. */
    void write(int size) {
        written += size;
        Commit commit = truth.commit(line(), written);
        long flush = diskHangs ? world.msBetween(1_000, 2_000) : world.msBetween(0.3, 2);
        process.after(flush, () -> flush(commit));
    }

    private void flush(Commit commit) {
        if (diskHangs) {
            process.after(World.SECOND, () -> flush(commit));
            return;
        }
        if (stopping) {
            return;
        }
        flushed = Math.max(flushed, commit.lsn);
        replayed = flushed;
        if (sync.acknowledgements() == 0) {
            truth.acknowledged(this, commit, 0);
        } else {
            waiting.add(commit);
        }
        replication.shipAll();
        release();
    }

    /** Called on each reply of a standby, and when the synchronous set changes. */
    void release() {
        if (waiting.isEmpty() || stopping) {
            return;
        }
        long safe = sync.acknowledgements() == 0 ? Long.MAX_VALUE : replication.flushedBy(sync);
        waiting.removeIf(commit -> {
            if (commit.lsn > safe) {
                return false;
            }
            truth.acknowledged(this, commit, sync.acknowledgements());
            return true;
        });
    }

    void applySync(SyncStandbys set, long sequence) {
        sync = set;
        syncSequence = sequence;
        syncAt = written;
        release();
    }

    // ---- as a standby

    /** WAL is on this disk; what is flushed is never cut off again but by a rewind. */
    void received(Branch of, long lsn) {
        if (lsn > flushed) {
            flushed = lsn;
            written = lsn;
        }
        branch = of;
        long mine = flushed;
        process.after(world.msBetween(0.5, 10), () -> replayed = Math.max(replayed, mine));
    }

    // ---- views

    Replication replication() {
        return replication;
    }

    SimProcess process() {
        return process;
    }

    SimHost host() {
        return host;
    }

    boolean hasData() {
        return data;
    }

    boolean isUsable() {
        return usable;
    }

    Optional<SystemIdentifier> systemIdentifier() {
        return systemIdentifier;
    }

    State state() {
        return state;
    }

    boolean isPrimary() {
        return process.isAlive() && state == State.PRIMARY;
    }

    boolean isStandby() {
        return process.isAlive() && state == State.STANDBY;
    }

    boolean isStopping() {
        return stopping;
    }

    Branch line() {
        return java.util.Objects.requireNonNull(branch, "no data");
    }

    long flushed() {
        return flushed;
    }

    long replayed() {
        return replayed;
    }

    /** Where WAL seems to end while that of before the start is still worked through: somewhere short of its real end. */
    long seeminglyFlushed() {
        long left = Math.max(0, exactAt - world.now());
        return flushed - Math.min(flushed / 2, left / 100);
    }

    boolean isExact() {
        return world.now() >= exactAt;
    }

    long servingTerm() {
        return servingTerm;
    }

    long primarySince() {
        return primarySince;
    }

    SyncStandbys sync() {
        return sync;
    }

    long syncSequence() {
        return syncSequence;
    }

    long syncAt() {
        return syncAt;
    }

    Optional<WalPosition> shutdownCheckpoint() {
        return process.isAlive() ? Optional.empty() : shutdownCheckpoint;
    }

    WalPosition position() {
        return new WalPosition(line().at(flushed).timeline(), new Lsn(flushed));
    }

    NodeId id() {
        return host.id();
    }

    void hangDisk(boolean hangs) {
        diskHangs = hangs;
        diskHangsSince = world.now();
    }

    boolean diskHangs() {
        return diskHangs;
    }

    long diskHangsSince() {
        return diskHangsSince;
    }
}
