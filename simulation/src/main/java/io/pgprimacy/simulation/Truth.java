package io.pgprimacy.simulation;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.plan.Divergence;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.postgres.SystemIdentifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What really is, which no process knows: every commit, every line of WAL, who serves; and the invariants over it. */
final class Truth {
    /** Guard's turn, killing, and what the kernel had under way. */
    static final long KILLING = 200 * World.MS;

    private final World world;
    private final Network network;
    private final Auditor auditor;
    private final Map<NodeId, SimHost> hosts = new TreeMap<>();
    private final List<Commit> owed = new ArrayList<>();
    private final List<Saved> saved = new ArrayList<>();
    private int branches;
    private int commits;
    private int acknowledged;
    private int lost;
    private int inThawWindow;
    private int promotions;
    private int saves;
    private long lastAcknowledgedAt;
    private long newestTerm;
    private @Nullable Branch newestLine;
    private SimPostgres.@Nullable Restored earlier;

    private final List<Branch> takenBack = new ArrayList<>();
    private long identifiers = 7_000_000_000_000_000_000L;

    /** Where what went before was discarded by a person's word. */
    private final Set<Integer> begunByRestore = new HashSet<>();

    private final LostClaims lostClaims = new LostClaims();

    private record Saved(NodeId node, Branch branch, long from, long to) {}

    Truth(World world, Network network, Auditor auditor) {
        this.world = world;
        this.network = network;
        this.auditor = auditor;
    }

    void add(SimHost host) {
        hosts.put(host.id(), host);
    }

    // ---- WAL

    Branch root() {
        return new Branch(++branches, 1, null, 0);
    }

    Branch newBranch(long number, Branch parent, long fork) {
        return new Branch(++branches, number, parent, fork);
    }

    void beginsByRestore(Branch branch) {
        begunByRestore.add(branch.id());
    }

    /** Any moment since the beginning, on the line of whoever was primary last. */
    SimPostgres.Restored past() {
        if (auditor.state().systemIdentifier().isEmpty()) {
            return ofAnEarlierLife();
        }
        Branch newest = newestLine == null ? root() : newestLine;
        long first = 0x1000000L;
        long end = hosts.values().stream()
                .map(SimHost::postgres)
                .filter(p -> p.hasData() && p.line().id() == newest.id())
                .mapToLong(SimPostgres::flushed)
                .max()
                .orElse(newest.fork());
        long at = world.chance(0.3) || end <= first
                ? Math.max(first, end)
                : first + (long) (world.fraction() * (end - first));
        return new SimPostgres.Restored(
                newest.at(at), at, auditor.state().systemIdentifier().orElseThrow());
    }

    /** What the bucket holds of primaries that nobody here has seen; on a timeline of theirs. */
    private SimPostgres.Restored ofAnEarlierLife() {
        if (earlier == null) {
            earlier = new SimPostgres.Restored(newBranch(3, root(), 0x1000000L), 0x1400000L, newSystemIdentifier());
        }
        return earlier;
    }

    LostClaims lostClaims() {
        return lostClaims;
    }

    SystemIdentifier newSystemIdentifier() {
        return new SystemIdentifier(Long.toUnsignedString(identifiers++));
    }

    Commit commit(Branch branch, long lsn) {
        return new Commit(++commits, branch, lsn);
    }

    /** For whoever promotes by hand with all data at hand. */
    long unusedTimeline() {
        return hosts.values().stream()
                        .map(SimHost::postgres)
                        .filter(SimPostgres::hasData)
                        .mapToLong(p -> p.line().number())
                        .max()
                        .orElse(0)
                + 1;
    }

    // ---- who serves

    /** I2: terms are counted from the beginning again, once nobody serves; what is owed must be where the cluster begins. */
    void beginsAnew(SimPostgres first, Term chosenFor) {
        if (hosts.values().stream().anyMatch(h -> h.postgres().process().isAlive())) {
            throw new IllegalStateException("a PostgreSQL still runs");
        }
        if (chosenFor.value() > newestTerm) {
            // It was chosen, and promised itself its term, but never came to serve: as with any choice in asynchronous
            // mode.
            owed.removeIf(commit -> commit.acknowledgedBy == 0 && !isOn(first, commit));
        }
        newestTerm = 0;
        checkOwed(first);
    }

    /** I1, I2. */
    void becomesPrimary(SimPostgres next) {
        promotions++;
        if (next.servingTerm() < newestTerm && !mayAcknowledge(next)) {
            // Frozen in the middle of its promotion and thawed after its successor's: it finds no quorum, or its guard.
            return;
        }
        for (SimHost host : hosts.values()) {
            SimPostgres other = host.postgres();
            if (other != next && mayAcknowledge(other)) {
                if (lostClaims.isHeld(other.id(), world.now())) {
                    throw new UnrecognisedLoss("the log has lost that " + other.id() + " claimed a longer lease");
                }
                throw new Violation(
                        Invariant.I1_ONE_PRIMARY,
                        next.id() + " accepts writes under term " + next.servingTerm() + " while " + other.id()
                                + " of term " + other.servingTerm() + " still may acknowledge");
            }
        }
        newestTerm = Math.max(newestTerm, next.servingTerm());
        newestLine = next.line();
        Auditor.Promise promise = auditor.promiseOf(new Term(next.servingTerm()));
        owed.removeIf(commit -> {
            if (next.line().holds(next.flushed(), commit.branch, commit.lsn)) {
                return false;
            }
            if (promise.covers(commit)) {
                throw new Violation(
                        Invariant.I2_NO_LOST_COMMIT,
                        commit + ", acknowledged after " + commit.acknowledgedBy + " standbys, is not on " + next.id()
                                + " that becomes primary of term " + next.servingTerm() + " at " + next.position());
            }
            lost++;
            return true;
        });
    }

    private boolean mayAcknowledge(SimPostgres postgres) {
        if (!postgres.acceptsWrites() || postgres.host().hasJustThawed(KILLING)) {
            return false;
        }
        int needed = postgres.sync().acknowledgements();
        long there = postgres.replication().senders().stream()
                .filter(s -> postgres.sync().standbys().contains(s.receiver.id()))
                .filter(s -> s.receiverOpen && s.receiver.process().runs())
                .count();
        return there >= needed;
    }

    void noLongerPrimary(SimPostgres postgres) {
        world.trace(postgres.host().name(), () -> "is no longer a running primary");
    }

    /** I1, I8. */
    void acknowledged(SimPostgres by, Commit commit, int standbys) {
        commit.acknowledgedBy = standbys;
        acknowledged++;
        lastAcknowledgedAt = world.now();
        boolean thaw = by.host().hasJustThawed(KILLING);
        // What a standby confirmed before its pledge may still come in; a person may have had it given up.
        boolean givenUp = standbys == 0
                || (by.servingTerm() < newestTerm
                        && !auditor.promiseOf(new Term(newestTerm)).covers(commit));
        if (thaw && givenUp && auditor.hasGrantedAfter(by.servingTerm())) {
            inThawWindow++;
            lost++;
            return;
        }
        if (by.servingTerm() < newestTerm) {
            // Confirmed before the pledge by a standby whose line the newest primary goes on with, or a restore took
            // back.
            if (standbys > 0 && takenBack.stream().anyMatch(line -> holds(line, commit))) {
                return;
            }
            if (standbys == 0 || newestLine == null || !holds(newestLine, commit)) {
                throw new Violation(
                        Invariant.I1_ONE_PRIMARY,
                        by.id() + " of term " + by.servingTerm() + " acknowledges " + commit + " after " + standbys
                                + " standbys, while term " + newestTerm + " serves");
            }
        }
        if (!thaw && by.servingTerm() > 0 && by.host().uptime().minus(holds(by)).toNanos() > KILLING) {
            throw new Violation(
                    Invariant.I8_GUARDED,
                    by.id() + " acknowledges " + commit + " at " + by.host().uptime() + ", but its guard holds "
                            + by.host().guard().holds());
        }
        // A primary that was adopted serves term 1 without having been promoted to it.
        if (obeysTheLog(by.host())
                && by.servingTerm() > 0
                && by.servingTerm() == auditor.state().term().value()
                && auditor.state().syncClaims().stream().noneMatch(c -> c.sync().equals(by.sync()))) {
            throw new Violation(
                    Invariant.I11_CLAIMED,
                    by.id() + " acknowledges " + commit + " by " + by.sync() + ", but the log claims "
                            + auditor.state().syncClaims());
        }
        owed.add(commit);
    }

    private static boolean holds(Branch line, Commit commit) {
        return line.holds(Long.MAX_VALUE, commit.branch, commit.lsn);
    }

    /** A log that lacks decisions cannot tell what is in force where these were read. */
    private boolean obeysTheLog(SimHost host) {
        return !auditor.lacksDecisions()
                || (host.agent().process().runs()
                        && !host.agent().isHalted()
                        && host.memory().sequenceSeen() <= auditor.state().sequence());
    }

    private static java.time.Duration holds(SimPostgres postgres) {
        return postgres.host().guard().holds().orElse(java.time.Duration.ofDays(-1000));
    }

    /** A person takes back what came later, and also what a standby of the line that ends here holds and may still be acknowledged. */
    void takenBackTo(SimPostgres restored) {
        if (newestLine != null) {
            takenBack.add(newestLine);
        }
        owed.removeIf(commit -> !isOn(restored, commit));
    }

    void givesUpWhatIsNotOn(SimPostgres chosen, Auditor.Promise promise) {
        int before = owed.size();
        owed.removeIf(commit -> !isOn(chosen, commit) && !promise.covers(commit));
        lost += before - owed.size();
    }

    private static boolean isOn(SimPostgres postgres, Commit commit) {
        return postgres.line().holds(postgres.flushed(), commit.branch, commit.lsn);
    }

    /** Whether all that is owed is on the primary that serves at the end. */
    void checkOwed(SimPostgres primary) {
        for (Commit commit : owed) {
            if (!primary.line().holds(primary.flushed(), commit.branch, commit.lsn)) {
                throw new Violation(Invariant.I2_NO_LOST_COMMIT, commit + " is missing at the end on " + primary.id());
            }
        }
    }

    // ---- what may be done

    /** I4. */
    void mayBegin(SimHost host, SimAgent agent, NodeAction action) {
        if (action instanceof NodeAction.Promote promote) {
            long read = agent.loop().orElseThrow().state().offset();
            auditor.mustHaveRead(host.id(), promote.term(), read, "promotes itself");
        }
    }

    /** I4, and that a person asked for it. */
    void mayRemove(SimHost host, String location) {
        boolean ordered = auditor.lacksDecisions()
                || auditor.state()
                        .node(host.id())
                        .filter(n -> n.orders().removals().containsKey(location))
                        .isPresent();
        if (!ordered) {
            throw new Violation(
                    Invariant.I7_SAVED, host.id() + " removes " + location + ", and nobody has confirmed that restore");
        }
    }

    void mayHoldGuard(SimHost host, SimAgent agent) {
        io.pgprimacy.core.cluster.ClusterState state =
                agent.loop().orElseThrow().state();
        auditor.mustHaveRead(host.id(), state.term(), state.offset(), "lets its guard hold a deadline");
    }

    void save(SimPostgres postgres, Divergence divergence) {
        saves++;
        saved.add(new Saved(
                postgres.id(),
                postgres.line().at(postgres.flushed()),
                divergence.from().value(),
                divergence.to().value()));
    }

    /** I7. */
    void overwrites(SimPostgres mine, SimPostgres source, String by) {
        if (!mine.isUsable()) {
            return;
        }
        long common = source.line().commonWith(mine.line());
        Branch branch = mine.line().at(mine.flushed());
        if (mine.flushed() <= common || isGivenUp(source.line(), common)) {
            return;
        }
        boolean kept = saved.stream()
                .anyMatch(s -> s.node().equals(mine.id())
                        && s.branch().id() == branch.id()
                        && s.from() <= common
                        && s.to() >= mine.flushed());
        if (!kept) {
            throw new Violation(
                    Invariant.I7_SAVED,
                    by + " on " + mine.id() + " overwrites WAL from " + Long.toHexString(common) + " to "
                            + mine.position() + " that is not in the history of " + source.id()
                            + " and was not saved");
        }
    }

    /** What both have in common ends where a restore began, or before: the rest is what a person gave up, and the archive has it. */
    private boolean isGivenUp(Branch line, long common) {
        for (Branch at = line; at != null; at = at.parent()) {
            if (begunByRestore.contains(at.id()) && common <= at.fork()) {
                return true;
            }
        }
        return false;
    }

    // ---- views

    SimPostgres postgres(NodeId id) {
        return host(id).postgres();
    }

    SimHost host(NodeId id) {
        return java.util.Objects.requireNonNull(hosts.get(id));
    }

    List<NodeId> nodes() {
        return List.copyOf(hosts.keySet());
    }

    Network network() {
        return network;
    }

    long lastAcknowledgedAt() {
        return lastAcknowledgedAt;
    }

    Counters counters() {
        return new Counters(commits, acknowledged, lost, inThawWindow, promotions, saves);
    }

    record Counters(int commits, int acknowledged, int lost, int inThawWindow, int promotions, int saves) {}
}
