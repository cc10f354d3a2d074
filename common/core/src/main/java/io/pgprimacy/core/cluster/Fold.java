package io.pgprimacy.core.cluster;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.TimelineHistory;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The fold, one record at a time.
 *
 * <p>Two rules keep it the same for a compacted log: a record's effect depends only on the record and on decisions, never on
 * another writer's heartbeats or facts; and of two records with one key the later one leaves nothing of the earlier behind.
 */
final class Fold {
    /**
     * A decision that lands this many records after what it had observed rests on evidence that is too old: the broker held
     * it back. At two heartbeats a second from three nodes this is about half a minute.
     */
    private static final long STALE_AFTER_RECORDS = 256;

    private Fold() {}

    static ClusterState evolve(ClusterState state, LogRecord record) {
        StateDraft draft = new StateDraft(state);
        draft.offset = record.offset();
        ClusterEvent event = record.event();
        switch (event) {
            case Heartbeat.NodeHeartbeat h -> draft.node(h.node(), n -> n.withHeartbeat(h));
            case Heartbeat.CoordinatorPulse p -> {
                // Proves that the log lives; says nothing of the cluster.
            }
            case Fact f -> foldFact(draft, f);
            case Request.OfRepository r -> {}
            case Request r -> draft.ask(r);
            case Decision d -> foldDecision(draft, d);
        }
        return draft.toState();
    }

    private static void foldFact(StateDraft draft, Fact fact) {
        draft.node(fact.node(), n -> n.with(fact));
        switch (fact) {
            case Fact.ClusterInitialized f -> {
                if (f.node().equals(draft.firstPrimary()) && draft.systemIdentifier.isEmpty()) {
                    draft.systemIdentifier = Optional.of(f.systemIdentifier());
                }
            }
            case Fact.Promoted f -> f.born().ifPresent(draft::learn);
            case Fact.StandbyPledged f -> {
                for (TimelineHistory.Switch s : f.switches()) {
                    draft.learn(s);
                }
            }
            case Fact.SyncStandbysApplied f -> draft.syncApplied(f.sequence());
            case Fact.NodeJoined f -> {}
            case Fact.PrimaryStopped f -> {}
            case Fact.SwitchoverPrepared f -> {}
            case Fact.StandbyFollowing f -> {}
            case Fact.DiscardedWalSaved f -> {}
            case Fact.Rewound f -> {}
            case Fact.RewindFailed f -> {}
            case Fact.Rebuilt f -> {}
            case Fact.RebuildFailed f -> {}
            case Fact.NodeQuarantined f -> {}
            case Fact.RestartPending f -> {}
            case Fact.PostgresRestarted f -> {}
            case Fact.PostgresReloaded f -> {}
            case Fact.LeaseKeptByPromises f -> {}
            case Fact.DataRestored f -> {
                for (TimelineHistory.Switch s : f.switches()) {
                    draft.learn(s);
                }
            }
            case Fact.RestoreProgressed f -> {}
            case Fact.RestoreFailed f -> {}
            case Fact.OldDataKept f -> {}
            case Fact.OldDataRemoved f -> {}
            case Fact.BackupStarted f -> {}
            case Fact.BackupProgressed f -> {}
            case Fact.BackupCompleted f -> {}
            case Fact.DumpCompleted f -> {}
            case Fact.BackupFailed f -> {}
            case Fact.DrillStarted f -> {}
            case Fact.DrillProgressed f -> {}
            case Fact.DrillCompleted f -> {}
            case Fact.DrillFailed f -> {}
            case Fact.WalArchiving f -> {}
        }
    }

    private static void foldDecision(StateDraft draft, Decision decision) {
        long sequence = decision.basis().sequence();
        if (sequence != draft.sequence + 1) {
            draft.ignore("decision has sequence " + sequence + ", but " + (draft.sequence + 1)
                    + " is due: another coordinator was first, or this one lags");
            return;
        }
        long observed = decision.basis().evidence().observedThrough();
        if (draft.offset - observed > STALE_AFTER_RECORDS) {
            draft.ignore("decision rests on the log up to " + observed + ", " + (draft.offset - observed)
                    + " records ago; at most " + STALE_AFTER_RECORDS + " are allowed");
            return;
        }
        if (!isUndecided(draft, decision)) {
            draft.ignore("that instant of the schedule has been decided about already");
            return;
        }
        draft.sequence = sequence;
        decision.basis().answers().ifPresent(draft::answer);
        apply(draft, decision);
    }

    private static boolean isUndecided(StateDraft draft, Decision decision) {
        return switch (decision) {
            case Decision.BackupOrdered d ->
                d.scheduled().map(at -> draft.isUndecided(d.type(), at)).orElse(true);
            case Decision.BackupMissed d -> draft.isUndecided(d.type(), d.through());
            case Decision.DrillOrdered d ->
                d.scheduled().map(draft::isUndecidedDrill).orElse(true);
            case Decision.DrillMissed d -> draft.isUndecidedDrill(d.through());
            case Decision.RetentionOrdered d ->
                d.scheduled().map(draft::isUndecidedRetention).orElse(true);
            case Decision.RetentionMissed d -> draft.isUndecidedRetention(d.through());
            default -> true;
        };
    }

    private static void apply(StateDraft draft, Decision decision) {
        switch (decision) {
            case Decision.ClusterCreated d -> {
                draft.configure(d.config(), d.basis().evidence().decidedAtMillis());
                draft.membership(d.first(), Membership.MEMBER);
                draft.incarnation = d.incarnation().orElse(1);
                draft.origin = d.data();
                Grant first = new Grant(draft.term.next(), d.first());
                d.data()
                        .ifPresentOrElse(
                                data -> found(draft, first, data),
                                () -> grant(
                                        draft,
                                        first,
                                        SyncStandbys.NONE,
                                        d.basis().sequence()));
            }
            case Decision.CreationGivenUp d -> {
                draft.membership(d.node(), Membership.ANNOUNCED);
                draft.config = Optional.empty();
                draft.configSequence = 0;
                draft.schedules.write().clear();
                draft.retention = Optional.empty();
                draft.retentionThrough = Optional.empty();
                draft.incarnation = 1;
                draft.origin = Optional.empty();
                draft.phase = new Phase.Forming();
            }
            case Decision.MemberAdmitted d -> draft.membership(d.node(), Membership.MEMBER);
            case Decision.MemberSuspended d -> draft.membership(d.node(), Membership.SUSPENDED);
            case Decision.MemberRefused d -> draft.membership(d.node(), Membership.REFUSED);
            case Decision.MemberRemoved d -> draft.membership(d.node(), Membership.REMOVED);
            case Decision.FailoverOpened d -> {
                draft.term = d.term();
                draft.phase = new Phase.FailingOver(
                        d.term(),
                        d.lastKnown(),
                        d.automatic(),
                        d.preferred(),
                        d.allowDataLoss(),
                        d.oldPrimaryIsDown(),
                        Optional.empty(),
                        Optional.empty());
                if (d.automatic()) {
                    draft.automaticFailovers.write().add(d.basis().evidence().decidedAtMillis());
                } else {
                    // A person is at work: the count that asks for one begins anew.
                    draft.resetAutomation();
                }
            }
            case Decision.RestoreOpened d -> {
                draft.term = d.term();
                draft.phase = new Phase.FailingOver(
                        d.term(),
                        d.lastKnown(),
                        false,
                        Optional.of(d.node()),
                        true,
                        false,
                        Optional.empty(),
                        Optional.of(new Restoration(d.node(), d.goal())));
                draft.resetAutomation();
            }
            case Decision.FailoverBlocked d -> draft.blocked(d.basis().because());
            case Decision.PrimaryChosen d -> {
                if (draft.phase instanceof Phase.Founding
                        || (draft.phase instanceof Phase.FailingOver f
                                && f.restoration().isPresent())) {
                    draft.node(d.node(), Node::withRestoredData);
                }
                grant(draft, new Grant(d.term(), d.node()), d.sync(), d.basis().sequence());
            }
            case Decision.SwitchoverStarted d ->
                draft.phase = new Phase.SwitchingOver(
                        d.term(), d.from(), d.to(), false, d.basis().answers());
            case Decision.PrimaryStopOrdered d -> {
                draft.term = d.term();
                draft.phase = new Phase.SwitchingOver(
                        d.term(), d.from(), d.to(), true, d.basis().answers());
            }
            case Decision.SwitchoverAborted d -> draft.phase = new Phase.Serving();
            case Decision.SyncStandbysChanged d ->
                draft.syncClaims.write().add(new SyncClaim(d.basis().sequence(), d.sync()));
            case Decision.MaintenanceChanged d -> draft.paused = d.paused();
            case Decision.ConfigChanged d ->
                draft.configure(d.config(), d.basis().evidence().decidedAtMillis());
            case Decision.RebuildOrdered d ->
                draft.node(d.node(), n -> n.withRebuildOrdered(d.basis().sequence()));
            case Decision.RestartOrdered d ->
                draft.node(d.node(), n -> n.withRestartOrdered(d.basis().sequence()));
            case Decision.ReloadOrdered d ->
                draft.node(d.node(), n -> n.withReloadOrdered(d.basis().sequence()));
            case Decision.OldDataRemovalOrdered d ->
                d.data()
                        .forEach(kept -> draft.node(
                                kept.node(),
                                n -> n.withRemovalOrdered(
                                        kept.location(), d.basis().sequence())));
            case Decision.BackupOrdered d -> {
                draft.backup = Optional.of(new BackupOrder(d.basis().sequence(), d.node(), d.type(), d.databases()));
                d.scheduled().ifPresent(at -> draft.schedules.write().put(d.type(), at));
            }
            case Decision.BackupMissed d -> draft.schedules.write().put(d.type(), d.through());
            case Decision.BackupCancelled d -> draft.withdrawBackup(d.ordered());
            case Decision.BackupGivenUp d -> draft.withdrawBackup(d.ordered());
            case Decision.DrillOrdered d -> {
                draft.drill = Optional.of(new DrillOrder(d.basis().sequence(), d.node(), d.backup()));
                draft.drillsThrough = d.scheduled().or(() -> draft.drillsThrough);
            }
            case Decision.DrillMissed d -> draft.drillsThrough = Optional.of(d.through());
            case Decision.DrillCancelled d -> draft.withdrawDrill(d.ordered());
            case Decision.DrillGivenUp d -> draft.withdrawDrill(d.ordered());
            case Decision.RetentionOrdered d -> {
                draft.retention = Optional.of(new RetentionOrder(
                        d.basis().sequence(), d.policy(), d.basis().because()));
                draft.retentionThrough = d.scheduled().or(() -> draft.retentionThrough);
            }
            case Decision.RetentionMissed d -> draft.retentionThrough = Optional.of(d.through());
            case Decision.RetentionApplied d -> draft.endRetention(d.ordered());
            case Decision.RetentionFailed d -> draft.endRetention(d.ordered());
            case Decision.RequestRefused d -> {}
            case Decision.AutomationHalted d -> draft.halted = true;
            case Decision.AutomationReset d -> draft.resetAutomation();
            case Decision.ProtocolRaised d -> draft.protocol = d.version();
        }
    }

    private static void found(StateDraft draft, Grant first, DataOrigin data) {
        draft.term = first.term();
        draft.phase = new Phase.Founding(first.term(), first.node(), data);
    }

    /**
     * A new primary enforces {@code sync} before it accepts a write. Older commits are covered by that too, where everybody who may hold one is in
     * the set or is the new primary itself. Where somebody is not, a member that was removed for instance, the older claim stands until the
     * primary has said that the new set holds everything. Commits of an asynchronous claim may be on the old primary alone: a promise does not
     * begin before the new set holds those as well.
     */
    private static void grant(StateDraft draft, Grant grant, SyncStandbys sync, long sequence) {
        TreeSet<NodeId> covered = new TreeSet<>(sync.standbys());
        covered.add(grant.node());
        boolean oldPrimaryIsCovered = draft.grants.read().isEmpty()
                || covered.contains(draft.grants.read().lastEntry().getValue());
        draft.syncClaims
                .write()
                .removeIf(c -> c.sync().promises()
                        ? oldPrimaryIsCovered && covered.containsAll(c.sync().standbys())
                        : !sync.promises());
        draft.term = grant.term();
        draft.grants.write().put(grant.term(), grant.node());
        // A standby was to be restarted; a primary never is.
        draft.node(grant.node(), n -> n.withRestartOrdered(0));
        draft.phase = new Phase.Serving();
        draft.syncClaims.write().add(new SyncClaim(sequence, sync));
    }
}
