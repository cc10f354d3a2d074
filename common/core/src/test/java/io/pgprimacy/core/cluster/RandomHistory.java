package io.pgprimacy.core.cluster;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.event.RetentionOutcome;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A log full of everything that may come: facts stated again and late, rivals with the same sequence, the same coordinator
 * deciding anew because its first append seemed lost, answers to requests that are repeated. Not a sensible history, only a
 * possible one: what writers cannot do (use a timeline twice, create a cluster twice) does not occur.
 */
final class RandomHistory {
    static final ClusterId CLUSTER = new ClusterId("orders");
    private static final List<NodeId> NODES = List.of(new NodeId("a"), new NodeId("b"), new NodeId("c"));

    private final Random random;
    private final List<LogRecord> records = new ArrayList<>();
    private final List<ClusterEvent> stated = new ArrayList<>();
    private ClusterState state = ClusterState.initial(CLUSTER);
    private long offset = -1;
    private long beat;
    private long requests;

    private RandomHistory(long seed) {
        this.random = new Random(seed);
    }

    static List<LogRecord> of(long seed, int length) {
        RandomHistory history = new RandomHistory(seed);
        for (int i = 0; i < length; i++) {
            history.append(history.next());
        }
        return history.records;
    }

    private void append(ClusterEvent event) {
        // Kafka leaves gaps.
        offset += 1 + (chance(10) ? random.nextInt(3) : 0);
        LogRecord record = new LogRecord(offset, "r" + offset, "someone", offset * 100, event);
        records.add(record);
        stated.add(event);
        state = state.evolve(record);
    }

    private ClusterEvent next() {
        int kind = random.nextInt(100);
        if (kind < 30) {
            return heartbeat();
        }
        if (kind < 60) {
            return fact();
        }
        if (kind < 68) {
            return request();
        }
        if (kind < 80 && !stated.isEmpty()) {
            return again();
        }
        return decision();
    }

    /** The same once more, by a writer that did not see its first append come back. */
    private ClusterEvent again() {
        ClusterEvent event = stated.get(Math.max(0, stated.size() - 1 - random.nextInt(40)));
        return event instanceof Decision ? decision() : event;
    }

    private ClusterEvent heartbeat() {
        if (chance(20)) {
            return new Heartbeat.CoordinatorPulse(coordinator(), ++beat);
        }
        return new Heartbeat.NodeHeartbeat(
                node(),
                "i" + random.nextInt(2),
                ++beat,
                term(),
                random.nextInt(20),
                chance(50)
                        ? Optional.of(new Heartbeat.LeaseClaim(term(), Duration.ofSeconds(1 + random.nextInt(5))))
                        : Optional.empty(),
                chance(50) ? new PostgresView.Empty() : new PostgresView.Stopped("stopped " + beat),
                1,
                "");
    }

    private ClusterEvent fact() {
        NodeId node = node();
        Term term = term();
        return switch (random.nextInt(23)) {
            case 0 ->
                new Fact.NodeJoined(
                        node,
                        new Endpoint("host-" + random.nextInt(3), 5432, 8008),
                        new NodeTags(chance(20), random.nextInt(3)),
                        Optional.of(identifier(node)),
                        "17.2",
                        chance(30),
                        Optional.empty());
            case 1 -> new Fact.ClusterInitialized(node, identifier(node));
            case 21 -> new Fact.PostgresRestarted(node, random.nextLong(state.sequence() + 1));
            case 22 -> new Fact.PostgresReloaded(node, random.nextLong(state.sequence() + 1), maybe("line 3"));
            case 2 ->
                new Fact.PrimaryStopped(
                        node, term, maybe(position(term)), maybe(position(term)), any(StopCause.values()), "");
            case 3, 4 -> new Fact.StandbyPledged(node, term, maybe(position(term)), switchesBefore(term));
            case 5 -> new Fact.Promoted(node, term, timeline(term), bornIn(term));
            case 6 -> new Fact.SwitchoverPrepared(node, term);
            case 7 -> new Fact.SyncStandbysApplied(node, term, 1 + random.nextLong(state.sequence() + 1));
            case 8 -> new Fact.StandbyFollowing(node, term, timeline(term));
            case 9 ->
                new Fact.Rebuilt(
                        node,
                        term,
                        node(),
                        random.nextInt(1000),
                        random.nextLong(state.sequence() + 1),
                        Optional.empty());
            case 11 ->
                new Fact.RestartPending(
                        node,
                        new TreeMap<>(
                                chance(50)
                                        ? Map.of()
                                        : Map.of(
                                                "max_connections",
                                                new Fact.RestartPending.Waiting("100", maybe("200")))));
            case 10 -> new Fact.NodeQuarantined(node, term, "reason " + random.nextInt(3), "look at it");
            case 13 -> new Fact.BackupStarted(node, order(), "backup " + random.nextInt(9));
            case 14 ->
                chance(50)
                        ? new Fact.BackupProgressed(node, order(), 1, random.nextInt(1000), 1, Duration.ZERO)
                        : new Fact.BackupFailed(node, order(), "reason " + random.nextInt(3));
            case 15 -> completed(node, order());
            case 16 ->
                new Fact.WalArchiving(
                        node,
                        term,
                        timeline(term),
                        any(Fact.WalArchiving.State.values()),
                        "reason " + random.nextInt(3));
            case 18 -> drill(node, order());
            case 20 ->
                new Fact.DiscardedWalSaved(
                        node,
                        term,
                        timeline(term),
                        new Lsn(100),
                        new Lsn(200),
                        random.nextInt(3),
                        "file:/there",
                        maybe("place"),
                        maybe("the store is away"));
            case 19 ->
                new Fact.RestoreProgressed(
                        node,
                        term,
                        "backup",
                        "restoring",
                        Optional.empty(),
                        random.nextInt(9),
                        9,
                        Duration.ZERO,
                        maybe(Duration.ZERO));
            case 17 ->
                chance(30)
                        ? new Fact.RestoreFailed(node, term, "reason " + random.nextInt(3))
                        : chance(30)
                                ? oldData(node, term)
                                : new Fact.DataRestored(
                                        node,
                                        term,
                                        "backup",
                                        position(term),
                                        Optional.empty(),
                                        1,
                                        1,
                                        Duration.ZERO,
                                        Optional.empty(),
                                        switchesBefore(term),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty());
            default -> new Fact.Rewound(node, term, node());
        };
    }

    private Decision retention(Basis basis) {
        return switch (random.nextInt(4)) {
            case 0 ->
                new Decision.RetentionOrdered(
                        basis, new Retention(1 + random.nextInt(3), Duration.ZERO, 0, 0, 0), maybe(instant()));
            case 1 -> new Decision.RetentionMissed(basis, instant(), 1);
            case 2 -> new Decision.RetentionFailed(basis, order(), "the store is away");
            default ->
                new Decision.RetentionApplied(
                        basis,
                        order(),
                        new RetentionOutcome(
                                new TreeMap<>(),
                                List.of(),
                                List.of(),
                                List.of("backup"),
                                new RetentionOutcome.Amount(0, 0),
                                new RetentionOutcome.Amount(1, 2)));
        };
    }

    private Fact oldData(NodeId node, Term term) {
        String location = "/data.before-restore-" + random.nextInt(3);
        return chance(50)
                ? new Fact.OldDataKept(node, location, term, random.nextInt(9), Instant.EPOCH, maybe("it is busy"))
                : new Fact.OldDataRemoved(node, location, term, random.nextInt(9), random.nextInt(9));
    }

    private Instant instant() {
        return Instant.ofEpochMilli(offset * 100 + random.nextInt(1000));
    }

    private long order() {
        return 1 + random.nextLong(state.sequence() + 1);
    }

    private Fact completed(NodeId node, long order) {
        if (order % 7 == 0) {
            return new Fact.DumpCompleted(node, order, "backup " + order, 2, 2, 3, Instant.EPOCH, Instant.EPOCH);
        }
        Fact.BackupCompleted.Point point = new Fact.BackupCompleted.Point(new Lsn(order), Instant.EPOCH);
        // One writer states one end of one order once, and repeats the very same.
        BackupType type = order % 2 == 0 ? BackupType.FULL : BackupType.INCREMENTAL;
        return new Fact.BackupCompleted(
                node,
                order,
                "backup " + order,
                type,
                maybe("parent"),
                Optional.empty(),
                point,
                point,
                1,
                2,
                3,
                order % 5 == 0 ? 1 : 0,
                List.of());
    }

    /** Of the end of one order one kind, as of backups. */
    private Fact drill(NodeId node, long order) {
        return switch (random.nextInt(3)) {
            case 0 -> new Fact.DrillStarted(node, order, "backup", 5);
            case 1 -> new Fact.DrillProgressed(node, order, "restoring", random.nextInt(1000), Duration.ZERO);
            default ->
                order % 3 == 0
                        ? new Fact.DrillFailed(node, order, Optional.empty(), "no room")
                        : new Fact.DrillCompleted(
                                node, order, "backup", Duration.ZERO, Duration.ZERO, 5, List.of(), Instant.EPOCH);
        };
    }

    private Request request() {
        String id = "q" + ++requests;
        Request.Origin origin = new Request.Origin("alice", "because");
        return switch (random.nextInt(11)) {
            case 9 -> new Request.DrillRequested(id, origin, maybe("backup"), maybe(node()));
            case 10 -> new Request.DrillCancelRequested(id, origin);
            case 5 ->
                new Request.BackupRequested(id, origin, any(BackupType.values()), maybe(node()), maybe(List.of("d")));
            case 6 -> new Request.BackupCancelRequested(id, origin);
            case 7 -> new Request.BackupPinRequested(id, origin, "20261123T155003Z-3f9c02aa");
            case 8 -> new Request.RestoreRequested(id, origin, maybe(node()), goal());
            case 0 -> new Request.SwitchoverRequested(id, origin, maybe(node()));
            case 1 -> new Request.FailoverRequested(id, origin, maybe(node()), chance(30), chance(10));
            case 2 -> new Request.MaintenanceRequested(id, origin, chance(50));
            case 3 ->
                chance(70)
                        ? chance(70)
                                ? new Request.RebuildRequested(id, origin, node())
                                : chance(50)
                                        ? new Request.RestartRequested(id, origin, node())
                                        : new Request.ReloadRequested(id, origin, node())
                        : chance(50)
                                ? new Request.RestoreConfirmRequested(id, origin, maybe(node()))
                                : new Request.RetentionRequested(id, origin, random.nextInt(3), Duration.ZERO, 0, 0, 0);
            default ->
                new Request.ConfigChangeRequested(
                        id,
                        origin,
                        config(),
                        chance(50) ? OptionalLong.of(state.configSequence()) : OptionalLong.empty());
        };
    }

    private Decision decision() {
        Basis basis = basis();
        Term next = state.term().next();
        if (state.config().isEmpty()) {
            return new Decision.ClusterCreated(basis, config(), node(), chance(30));
        }
        return switch (random.nextInt(23)) {
            case 0 -> new Decision.ProtocolRaised(basis, 1 + random.nextInt(3));
            case 1 -> new Decision.MemberAdmitted(basis, node());
            case 2 ->
                chance(50)
                        ? new Decision.MemberRefused(basis, node(), "foreign data")
                        : new Decision.MemberSuspended(basis, node());
            case 3 -> new Decision.MemberRemoved(basis, node());
            case 4, 5 ->
                new Decision.FailoverOpened(
                        basis,
                        next,
                        node(),
                        maybe(position(state.term())),
                        chance(70),
                        maybe(node()),
                        chance(20),
                        chance(10));
            case 20 -> new Decision.RestoreOpened(basis, next, node(), maybe(position(state.term())), node(), goal());
            case 6 -> new Decision.FailoverBlocked(basis, state.term(), List.of());
            case 7, 8 ->
                new Decision.PrimaryChosen(
                        basis,
                        state.primary().isEmpty() ? state.term() : next,
                        node(),
                        List.of(),
                        sync(),
                        OptionalLong.empty());
            case 9 -> new Decision.SwitchoverStarted(basis, next, node(), node());
            case 10 -> new Decision.PrimaryStopOrdered(basis, next, node(), node());
            case 11 -> new Decision.SwitchoverAborted(basis, node(), node());
            case 12, 13 -> new Decision.SyncStandbysChanged(basis, sync());
            case 14 -> new Decision.MaintenanceChanged(basis, chance(50));
            case 15 -> new Decision.ConfigChanged(basis, config());
            case 16 ->
                chance(50)
                        ? chance(60)
                                ? new Decision.RebuildOrdered(basis, node())
                                : chance(50)
                                        ? new Decision.RestartOrdered(basis, node())
                                        : new Decision.ReloadOrdered(basis, node())
                        : chance(60)
                                ? retention(basis)
                                : new Decision.OldDataRemovalOrdered(
                                        basis,
                                        List.of(new Decision.OldDataRemovalOrdered.Kept(
                                                node(), "/data.before-restore-" + random.nextInt(3), state.term(), 9)));
            case 18 ->
                chance(30)
                        ? new Decision.BackupMissed(basis, any(BackupType.values()), instant(), 1)
                        : new Decision.BackupOrdered(
                                basis, node(), any(BackupType.values()), maybe(instant()), maybe(List.of("d")));
            case 19 ->
                chance(50)
                        ? new Decision.BackupCancelled(basis, node(), order())
                        : new Decision.BackupGivenUp(basis, node(), order());
            case 21 ->
                chance(30)
                        ? new Decision.DrillMissed(basis, instant(), 1)
                        : new Decision.DrillOrdered(basis, node(), maybe("backup"), maybe(instant()));
            case 22 ->
                chance(50)
                        ? new Decision.DrillCancelled(basis, node(), order())
                        : new Decision.DrillGivenUp(basis, node(), order());
            case 17 -> chance(50) ? new Decision.AutomationHalted(basis, 2) : new Decision.AutomationReset(basis);
            default -> new Decision.RequestRefused(basis, "no");
        };
    }

    /** Mostly the sequence that is due; else one that is taken, or one that rests on evidence that is too old. */
    private Basis basis() {
        long sequence = chance(75) ? state.sequence() + 1 : Math.max(1, state.sequence() - random.nextInt(2));
        long observed = chance(5) ? state.offset() - 300 : state.offset() - random.nextInt(5);
        Optional<String> answers =
                requests > 0 && chance(50) ? Optional.of("q" + (1 + random.nextLong(requests))) : Optional.empty();
        Evidence evidence = new Evidence(
                observed,
                offset * 100 + 50,
                true,
                Duration.ZERO,
                new TreeMap<>(),
                Duration.ZERO,
                Evidence.Fleet.ALONE,
                Optional.empty(),
                Optional.empty());
        return new Basis(sequence, coordinator(), RuleId.N0, "because " + offset, answers, evidence);
    }

    private static RestoreGoal goal() {
        return new RestoreGoal("latest", false, Optional.empty());
    }

    private NodeId node() {
        return NODES.get(random.nextInt(NODES.size()));
    }

    private String coordinator() {
        return chance(70) ? "c1" : "c2";
    }

    private Term term() {
        return new Term(Math.max(0, state.term().value() - random.nextInt(3) + (chance(20) ? 1 : 0)));
    }

    private SyncStandbys sync() {
        TreeSet<NodeId> standbys = new TreeSet<>(List.of(node(), node()));
        return new SyncStandbys(standbys, random.nextInt(standbys.size() + 1));
    }

    private ClusterConfig config() {
        ClusterConfig plain = ClusterConfig.defaults(any(TimingProfile.values()));
        if (chance(30)) {
            return plain.with(c -> {
                c.drillSchedule = Optional.of(chance(50) ? "hourly" : "daily");
                c.retention = maybe(new Retention(2, Duration.ZERO, 0, 0, 0));
                c.retentionSchedule = maybe("weekly");
            });
        }
        if (chance(30)) {
            return plain.with(c -> c.backupSchedules.put(any(BackupType.values()), chance(50) ? "hourly" : "daily"));
        }
        return chance(50) ? plain : plain.with(c -> c.replication = new ReplicationMode.Quorum(1, chance(50)));
    }

    private static SystemIdentifier identifier(NodeId node) {
        return new SystemIdentifier(Integer.toString(7_000 + node.value().charAt(0)));
    }

    /** One timeline for each term, and one place where it began, as it is in reality. */
    private static TimelineId timeline(Term term) {
        return new TimelineId(1 + term.value());
    }

    private static Optional<TimelineHistory.Switch> bornIn(Term term) {
        return term.value() == 0
                ? Optional.empty()
                : Optional.of(new TimelineHistory.Switch(
                        new TimelineId(term.value()), timeline(term), new Lsn(1_000_000L * term.value())));
    }

    private static List<TimelineHistory.Switch> switchesBefore(Term term) {
        return term.value() < 2
                ? List.of()
                : bornIn(new Term(term.value() - 1)).stream().toList();
    }

    private WalPosition position(Term term) {
        return new WalPosition(timeline(term), new Lsn(1_000_000L * term.value() + random.nextInt(1000)));
    }

    private <T> Optional<T> maybe(T value) {
        return chance(60) ? Optional.of(value) : Optional.empty();
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
