package io.pgprimacy.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.DueBackup;
import io.pgprimacy.core.event.DueDrill;
import io.pgprimacy.core.event.DueRetention;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.event.RetentionReport;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A cluster with profile fast (heartbeat 0.5 s, lease 3 s) as its log tells of it, for tests of one decision. Everybody was heard
 * 100 ms ago but those who are {@link #silent}; the phase began when they fell silent.
 */
public final class ClusterScript {
    static final Request.Origin ADA = new Request.Origin("ada", "a test");
    private static final SystemIdentifier DATA = new SystemIdentifier("7300000000000000001");
    private static final long NOW = 1_790_000_000_000L;
    private static final Duration JUST_NOW = Duration.ofMillis(100);

    private final SortedMap<NodeId, Duration> silent = new TreeMap<>();
    private ClusterState state = ClusterState.initial(new ClusterId("main"));
    private ClusterConfig config = ClusterConfig.defaults(TimingProfile.FAST);
    private String primary = "";
    private boolean logLive = true;
    private boolean claimsRead = true;
    private Optional<Evidence.LeaseHeard> neverClaimed = Optional.empty();
    private Duration phaseAge = Duration.ofMinutes(1);
    private Duration syncShortFor = Duration.ZERO;
    private Evidence.Fleet fleet = Evidence.Fleet.ALONE;
    private Optional<DueBackup> due = Optional.empty();
    private Optional<DueDrill> dueDrill = Optional.empty();
    private Optional<DueRetention> dueRetention = Optional.empty();
    private Optional<RetentionReport> retention = Optional.empty();

    public static ClusterScript cluster() {
        return new ClusterScript();
    }

    public ClusterScript with(ClusterConfig next) {
        config = next;
        return this;
    }

    ClusterScript synchronous(int acknowledgements) {
        return with(config.with(c -> c.replication = new ReplicationMode.Quorum(acknowledgements, false)));
    }

    /** The primary of term 1, confirmed; comes before its standbys. */
    public ClusterScript primary(String name, long lsn) {
        primary = name;
        decide(new Decision.ClusterCreated(basis(), config, node(name), false));
        join(name, NodeTags.DEFAULT);
        fold(new Fact.ClusterInitialized(node(name), DATA));
        fold(new Fact.Promoted(node(name), new Term(1), new TimelineId(1), Optional.empty()));
        return serves(lsn);
    }

    /** The primary's view, with the standbys that stream from it. */
    ClusterScript serves(long lsn, String... streaming) {
        List<PostgresView.Downstream> downstreams = Stream.of(streaming)
                .map(s -> new PostgresView.Downstream(s, "streaming", new Lsn(lsn), "async"))
                .toList();
        PostgresView.WriteProbe probe = new PostgresView.WriteProbe.Passed(Duration.ofMillis(1));
        return sees(primary, new PostgresView.Primary(new TimelineId(1), new Lsn(lsn), probe, downstreams, 0));
    }

    ClusterScript writeHangs(long lsn, Duration since) {
        PostgresView.WriteProbe probe = new PostgresView.WriteProbe.Hanging(since);
        return sees(primary, new PostgresView.Primary(new TimelineId(1), new Lsn(lsn), probe, List.of(), 0));
    }

    public ClusterScript standby(String name, long lsn) {
        return standby(name, lsn, NodeTags.DEFAULT);
    }

    ClusterScript standby(String name, long lsn, NodeTags tags) {
        join(name, tags);
        decide(new Decision.MemberAdmitted(basis(), node(name)));
        return primaryHasReadAll().receiving(name, lsn, false);
    }

    /** Its next heartbeat says so (S11). */
    ClusterScript primaryHasReadAll() {
        return sees(primary, state.node(node(primary)).flatMap(Node::view).orElseThrow());
    }

    /** {@code streams}: WAL of the primary still reaches it. */
    ClusterScript receiving(String name, long lsn, boolean streams) {
        PostgresView.Upstream upstream =
                new PostgresView.Upstream(Optional.of(node(primary)), streams, Optional.of(JUST_NOW));
        return sees(name, new PostgresView.Standby(new TimelineId(1), new Lsn(lsn), new Lsn(lsn), true, upstream));
    }

    ClusterScript sees(String name, PostgresView view) {
        return fold(new NodeHeartbeat(
                node(name), name + "-1", 1, state.term(), state.sequence(), Optional.empty(), view, 1, ""));
    }

    /** It begins with what the node restores. */
    public ClusterScript founding(String name, DataOrigin origin) {
        primary = name;
        return decide(new Decision.ClusterCreated(
                basis(), config, node(name), false, OptionalInt.of(2), Optional.of(origin)));
    }

    /** What was restored is the cluster's. */
    public ClusterScript founded(Term term) {
        return decide(new Decision.PrimaryChosen(
                basis(), term, node(primary), List.of(), SyncStandbys.NONE, OptionalLong.empty()));
    }

    /** What was founded accepts writes. */
    ClusterScript opened(long lsn) {
        join(primary, NodeTags.DEFAULT);
        fold(new Fact.ClusterInitialized(node(primary), DATA));
        fold(new Fact.Promoted(node(primary), new Term(1), new TimelineId(1), Optional.empty()));
        return serves(lsn);
    }

    /** The cluster has not been created; one of its nodes has announced itself. */
    ClusterScript announced(String name) {
        primary = name;
        fold(new Fact.NodeJoined(
                node(name),
                new Endpoint(name, 5432, 8008),
                NodeTags.DEFAULT,
                Optional.empty(),
                "15.8",
                false,
                Optional.empty()));
        return this;
    }

    /** Its heartbeat speaks of a decision and a term that came after what this log holds. */
    public ClusterScript hasRead(String name, long sequence, long termSeen) {
        return fold(new NodeHeartbeat(
                node(name),
                name + "-1",
                2,
                new Term(termSeen),
                sequence,
                Optional.empty(),
                state.node(node(name)).flatMap(Node::view).orElse(new PostgresView.Empty()),
                1,
                ""));
    }

    ClusterScript hasReadAll(String name) {
        return hasRead(name, state.sequence(), state.term().value());
    }

    public ClusterScript enforcing(int acknowledgements, String... standbys) {
        decide(new Decision.SyncStandbysChanged(basis(), set(acknowledgements, standbys)));
        return fold(new Fact.SyncStandbysApplied(node(primary), state.term(), state.sequence()));
    }

    /** Logged, and not yet said to be in force. */
    ClusterScript claiming(int acknowledgements, String... standbys) {
        return decide(new Decision.SyncStandbysChanged(basis(), set(acknowledgements, standbys)));
    }

    ClusterScript stopped(String name, Optional<Long> checkpoint) {
        return fold(new Fact.PrimaryStopped(
                node(name), new Term(1), checkpoint.map(ClusterScript::at), Optional.empty(), StopCause.CRASHED, ""));
    }

    public ClusterScript failoverOpen(long lastKnown) {
        phaseAge = Duration.ofSeconds(5);
        return decide(new Decision.FailoverOpened(
                basis(), new Term(2), node(primary), Optional.of(at(lastKnown)), true, Optional.empty(), false, false));
    }

    public ClusterScript restoreOpened(String name, RestoreGoal goal) {
        return decide(new Decision.RestoreOpened(
                basis(), state.term().next(), node(primary), Optional.empty(), node(name), goal));
    }

    public ClusterScript failoverReopened() {
        return decide(new Decision.FailoverOpened(
                basis(), state.term().next(), node(primary), Optional.empty(), false, Optional.empty(), false, false));
    }

    ClusterScript failoverOpenByOneWhoSaysThatTheOldPrimaryIsDown(long lastKnown) {
        phaseAge = Duration.ofSeconds(5);
        return decide(new Decision.FailoverOpened(
                basis(), new Term(2), node(primary), Optional.of(at(lastKnown)), false, Optional.empty(), false, true));
    }

    ClusterScript suspended(String name) {
        return decide(new Decision.MemberSuspended(basis(), node(name)));
    }

    ClusterScript removed(String name) {
        return decide(new Decision.MemberRemoved(basis(), node(name)));
    }

    /** The failover that is open ends with it. */
    public ClusterScript chosen(String name, int acknowledgements, String... standbys) {
        return decide(new Decision.PrimaryChosen(
                basis(),
                state.term(),
                node(name),
                List.of(),
                set(acknowledgements, standbys),
                java.util.OptionalLong.empty()));
    }

    ClusterScript admitted(String name) {
        return decide(new Decision.MemberAdmitted(basis(), node(name)));
    }

    public ClusterScript pledged(String name, long lsn) {
        return pledged(name, at(lsn));
    }

    ClusterScript pledged(String name, WalPosition position) {
        return fold(new Fact.StandbyPledged(node(name), state.term(), Optional.of(position), List.of()));
    }

    public ClusterScript switchingOver(String to) {
        return decide(new Decision.SwitchoverStarted(basis(), new Term(2), node(primary), node(to)));
    }

    /** Removed, and back with the data of that system identifier. */
    ClusterScript returnsWith(String name, String systemIdentifier) {
        removed(name);
        return fold(new Fact.NodeJoined(
                node(name),
                new Endpoint(name, 5432, 8008),
                NodeTags.DEFAULT,
                Optional.of(new SystemIdentifier(systemIdentifier)),
                "15.8",
                false,
                Optional.empty()));
    }

    ClusterScript prepared() {
        return fold(new Fact.SwitchoverPrepared(node(primary), new Term(2)));
    }

    ClusterScript stopping(String to) {
        return decide(new Decision.PrimaryStopOrdered(basis(), new Term(2), node(primary), node(to)));
    }

    ClusterScript automaticFailovers(int n) {
        for (int i = 0; i < n; i++) {
            decide(new Decision.FailoverOpened(
                    basis(),
                    state.term().next(),
                    node(primary),
                    Optional.empty(),
                    true,
                    Optional.empty(),
                    false,
                    false));
            decide(new Decision.PrimaryChosen(
                    basis(),
                    state.term(),
                    node(primary),
                    List.of(),
                    SyncStandbys.NONE,
                    java.util.OptionalLong.empty()));
        }
        return this;
    }

    ClusterScript asked(Request request) {
        return fold(request);
    }

    public ClusterScript paused() {
        return decide(new Decision.MaintenanceChanged(basis(), true));
    }

    ClusterScript silent(String... names) {
        for (String name : names) {
            silent.put(node(name), Duration.ZERO);
        }
        return this;
    }

    ClusterScript after(Duration time) {
        silent.replaceAll((n, d) -> time);
        phaseAge = time;
        return this;
    }

    ClusterScript heard(String name, Duration ago) {
        silent.put(node(name), ago);
        return this;
    }

    ClusterScript logDead() {
        logLive = false;
        return this;
    }

    /** As a reader of a compacted log sees it. */
    ClusterScript noClaimRead() {
        claimsRead = false;
        return this;
    }

    /** As a coordinator sees it that has followed the log since the grant. */
    ClusterScript neverClaimed(long term, Duration sinceRevoked) {
        neverClaimed = Optional.of(Evidence.LeaseHeard.neverClaimed(new Term(term), sinceRevoked));
        return this;
    }

    ClusterScript shortOfSynchronousFor(Duration time) {
        syncShortFor = time;
        return this;
    }

    ClusterScript suspectClusters(int suspect, int of) {
        fleet = new Evidence.Fleet(suspect, of);
        return this;
    }

    /** Two hours ago, so that what is due since then counts. */
    ClusterScript configured(ClusterConfig next) {
        Evidence then = new Evidence(
                state.offset(),
                NOW - Duration.ofHours(2).toMillis(),
                true,
                Duration.ZERO,
                new TreeMap<>(),
                Duration.ZERO,
                Evidence.Fleet.ALONE,
                Optional.empty(),
                Optional.empty());
        return decide(new Decision.ConfigChanged(
                new Basis(state.sequence() + 1, "k1", RuleId.A2, "a test", Optional.empty(), then), next));
    }

    /** A scheduled backup whose time came so long ago, and {@code before} ones before it. */
    ClusterScript due(BackupType type, Duration ago, int before) {
        due = Optional.of(new DueBackup(type, Instant.ofEpochMilli(NOW).minus(ago), before));
        return this;
    }

    ClusterScript drillDue(Duration ago, int before) {
        dueDrill = Optional.of(new DueDrill(Instant.ofEpochMilli(NOW).minus(ago), before));
        return this;
    }

    ClusterScript retentionDue(Duration ago, int before) {
        dueRetention = Optional.of(new DueRetention(Instant.ofEpochMilli(NOW).minus(ago), before));
        return this;
    }

    /** This coordinator has carried out what was ordered. */
    ClusterScript reports(RetentionReport report) {
        retention = Optional.of(report);
        return this;
    }

    // ---- what comes of it

    Decision decides(RuleId rule) {
        Verdict verdict = verdict();
        assertThat(verdict.rule()).as(verdict.because()).isEqualTo(rule);
        assertThat(verdict).isInstanceOf(Verdict.Append.class);
        return ((Verdict.Append) verdict).decision();
    }

    void stays(RuleId rule) {
        Verdict verdict = verdict();
        assertThat(verdict.rule()).as(verdict.because()).isEqualTo(rule);
        assertThat(verdict).isInstanceOf(Verdict.Stay.class);
    }

    void staysWithoutBackup() {
        assertThat(verdict()).isInstanceOf(Verdict.Stay.class);
    }

    void chooses(RuleId rule, String name) {
        assertThat(((Decision.PrimaryChosen) decides(rule)).node()).isEqualTo(node(name));
    }

    private Verdict verdict() {
        return ClusterDecider.decide(state, evidence(), "k1");
    }

    private Evidence evidence() {
        SortedMap<NodeId, Evidence.Heard> heard = new TreeMap<>();
        for (NodeId id : state.nodes().keySet()) {
            Duration ago = silent.getOrDefault(id, JUST_NOW);
            boolean claims = claimsRead && id.equals(node(primary));
            Evidence.LeaseHeard lease =
                    new Evidence.LeaseHeard(new Term(1), ago, config.timing().lease());
            Optional<Evidence.LeaseHeard> ofGrant = neverClaimed.filter(
                    l -> state.lastGrant().map(g -> g.node().equals(id)).orElse(false));
            heard.put(
                    id,
                    new Evidence.Heard(ago, ofGrant.or(() -> Optional.of(lease).filter(l -> claims))));
        }
        return new Evidence(
                state.offset(),
                NOW,
                logLive,
                phaseAge,
                heard,
                syncShortFor,
                fleet,
                due,
                dueDrill,
                dueRetention,
                retention);
    }

    private Basis basis() {
        Evidence none = new Evidence(
                state.offset(),
                NOW,
                true,
                Duration.ZERO,
                new TreeMap<>(),
                Duration.ZERO,
                Evidence.Fleet.ALONE,
                Optional.empty(),
                Optional.empty());
        return new Basis(state.sequence() + 1, "k1", RuleId.N0, "a test", Optional.empty(), none);
    }

    private void join(String name, NodeTags tags) {
        fold(new Fact.NodeJoined(
                node(name), new Endpoint(name, 5432, 8008), tags, Optional.of(DATA), "15.8", false, Optional.empty()));
    }

    private ClusterScript decide(Decision decision) {
        return fold(decision);
    }

    /** Their agents have a storage service configured. */
    ClusterScript storing(String... names) {
        for (String name : names) {
            Fact.NodeJoined joined =
                    state.node(node(name)).orElseThrow().joined().orElseThrow();
            fold(new Fact.NodeJoined(
                    joined.node(),
                    joined.endpoint(),
                    joined.tags(),
                    joined.systemIdentifier(),
                    joined.postgresVersion(),
                    joined.runningAsPrimary(),
                    Optional.of("http://storage")));
        }
        return this;
    }

    public ClusterScript backupOrdered(String name) {
        return decide(new Decision.BackupOrdered(basis(), node(name), BackupType.FULL, Optional.empty()));
    }

    public ClusterScript backupCancelled() {
        BackupOrder order = state.runningBackup().orElseThrow();
        return decide(new Decision.BackupCancelled(basis(), order.node(), order.ordered()));
    }

    public ClusterScript drillOrdered(String name) {
        return decide(new Decision.DrillOrdered(basis(), node(name), Optional.empty(), Optional.empty()));
    }

    public ClusterScript rebuildOrdered(String name) {
        return decide(new Decision.RebuildOrdered(basis(), node(name)));
    }

    public ClusterScript restartOrdered(String name) {
        return decide(new Decision.RestartOrdered(basis(), node(name)));
    }

    public ClusterScript reloadOrdered(String name) {
        return decide(new Decision.ReloadOrdered(basis(), node(name)));
    }

    public ClusterScript removalOrdered(String name, String location) {
        return decide(new Decision.OldDataRemovalOrdered(
                basis(), List.of(new Decision.OldDataRemovalOrdered.Kept(node(name), location, state.term(), 9))));
    }

    public ClusterScript fold(ClusterEvent event) {
        state = state.evolve(new LogRecord(state.offset() + 1, "r" + state.offset(), "test", NOW, event));
        return this;
    }

    public ClusterState state() {
        return state;
    }

    public static NodeId node(String name) {
        return new NodeId(name);
    }

    static WalPosition at(long lsn) {
        return new WalPosition(new TimelineId(1), new Lsn(lsn));
    }

    static SyncStandbys set(int acknowledgements, String... standbys) {
        SortedSet<NodeId> nodes = new TreeSet<>();
        Stream.of(standbys).forEach(s -> nodes.add(node(s)));
        return new SyncStandbys(nodes, acknowledgements);
    }
}
