package io.pgprimacy.core.explain;

import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Each event as one sentence for people: lower case, the subject first, the numbers in it, no full stop. */
public final class Sentences {
    private Sentences() {}

    public static String of(ClusterEvent event) {
        return switch (event) {
            case Heartbeat h -> ofHeartbeat(h);
            case Fact f -> ofFact(f);
            case Request r -> ofRequest(r);
            case Decision d -> ofDecision(d);
        };
    }

    /** {@code PrimaryChosen} for a {@link Decision.PrimaryChosen}: the word by which people filter events. */
    public static String nameOf(ClusterEvent event) {
        return event.getClass().getSimpleName();
    }

    private static String ofHeartbeat(Heartbeat heartbeat) {
        return switch (heartbeat) {
            case Heartbeat.CoordinatorPulse p -> "coordinator " + p.coordinator() + " probes the log, beat " + p.beat();
            case Heartbeat.NodeHeartbeat h ->
                "node " + h.node() + " " + ofView(h.postgres()) + "; it has seen term " + h.termSeen()
                        + h.lease()
                                .map(l ->
                                        " and claims a lease of " + l.length().toMillis() + " ms for term " + l.term())
                                .orElse("")
                        + (h.activity().isBlank() ? "" : "; " + h.activity());
        };
    }

    static String ofView(PostgresView view) {
        return switch (view) {
            case PostgresView.Empty e -> "has no data yet";
            case PostgresView.Stopped s -> "runs no PostgreSQL: " + s.reason();
            case PostgresView.Starting s -> "starts PostgreSQL";
            case PostgresView.Unresponsive u ->
                "has a PostgreSQL that has not answered for " + u.since().toMillis() + " ms";
            case PostgresView.Primary p ->
                "accepts writes, flushed up to " + p.flushed() + " on timeline " + p.timeline();
            case PostgresView.Standby s ->
                "replays WAL, received up to " + s.position()
                        + s.upstream()
                                .node()
                                .map(from -> (s.upstream().streaming() ? ", streaming from " : ", not streaming from ")
                                        + from)
                                .orElse(", its WAL receiver is cut");
        };
    }

    private static String ofFact(Fact fact) {
        return switch (fact) {
            case Fact.NodeJoined f ->
                "node " + f.node() + " announced itself at " + f.endpoint().host() + ":"
                        + f.endpoint().postgresPort() + " with "
                        + f.systemIdentifier()
                                .map(id -> "data of system identifier " + id)
                                .orElse("an empty data directory")
                        + (f.runningAsPrimary() ? ", running as a primary" : "");
            case Fact.ClusterInitialized f ->
                "node " + f.node() + " holds the cluster's first data, system identifier " + f.systemIdentifier();
            case Fact.PrimaryStopped f -> primaryStopped(f);
            case Fact.StandbyPledged f ->
                "standby " + f.node() + " pledged term " + f.term()
                        + f.position().map(p -> " with WAL up to " + p).orElse(", but cannot tell where its WAL ends");
            case Fact.Promoted f ->
                "node " + f.node() + " accepts writes under term " + f.term() + " on timeline " + f.timeline()
                        + f.born()
                                .map(b -> ", which left timeline " + b.parent() + " at " + b.switchPoint())
                                .orElse("");
            case Fact.SwitchoverPrepared f ->
                "primary " + f.node() + " made its checkpoint and is ready to hand over to term " + f.term();
            case Fact.SyncStandbysApplied f ->
                "primary " + f.node() + " enforces the synchronous set of decision " + f.sequence();
            case Fact.PostgresRestarted f ->
                "PostgreSQL of node " + f.node() + " has been restarted, and streams again";
            case Fact.PostgresReloaded f ->
                "PostgreSQL of node " + f.node()
                        + f.trouble()
                                .map(trouble -> " could not take its configuration over: " + trouble)
                                .orElse(" has read its configuration again");
            case Fact.RestartPending f ->
                "node " + f.node()
                        + (f.parameters().isEmpty()
                                ? " needs no restart any more"
                                : " needs a restart of PostgreSQL for " + ofPendingRestarts(f.parameters()));
            case Fact.LeaseKeptByPromises f ->
                "primary " + f.node() + " kept the lease of term " + f.term() + " for "
                        + f.lasted().toMillis() + " ms while the log gave nothing back"
                        + (f.by().isEmpty()
                                ? "; there was nobody to ask"
                                : ", by the promises of "
                                        + f.by().stream().map(NodeId::value).collect(Collectors.joining(", ")));
            case Fact.StandbyFollowing f ->
                "standby " + f.node() + " streams from the primary of term " + f.term() + " on timeline "
                        + f.timeline();
            case Fact.DiscardedWalSaved f ->
                "node " + f.node() + " saved " + f.bytes() + " bytes of WAL with " + f.transactions()
                        + " transactions that did not become history, " + f.from() + " to " + f.to() + " of timeline "
                        + f.timeline() + ", in " + ofPlaces(f.location(), f.stored(), f.waiting());
            case Fact.Rewound f ->
                "node " + f.node() + " was rewound onto the history of " + f.source() + " under term " + f.term();
            case Fact.RewindFailed f -> "node " + f.node() + " could not be rewound: " + f.reason();
            case Fact.Rebuilt f ->
                "node " + f.node() + " was rebuilt from "
                        + f.backup()
                                .map(b -> "backup " + b + " and the archive, as a standby of " + f.source())
                                .orElse(f.source().value())
                        + " with " + f.bytes() + " bytes";
            case Fact.RebuildFailed f -> "node " + f.node() + " could not be rebuilt: " + f.reason();
            case Fact.DataRestored f -> dataRestored(f);
            case Fact.RestoreProgressed f ->
                "node " + f.node() + " fills its data from backup " + f.backup() + ": " + f.step()
                        + f.replayed().map(at -> ", at " + at).orElse("") + ", "
                        + bytes(f.bytes()) + " of " + bytes(f.of()) + " in "
                        + f.took().toSeconds() + " s"
                        + f.left()
                                .map(left -> ", " + left.toSeconds() + " s left")
                                .orElse("");
            case Fact.OldDataKept f ->
                "node " + f.node() + " keeps what was replaced under term " + f.term() + ", "
                        + bytes(f.bytes()) + ", in " + f.location()
                        + f.trouble()
                                .map(why -> "; it could not be removed: " + why)
                                .orElse("");
            case Fact.OldDataRemoved f ->
                "node " + f.node() + " has " + f.location() + " no longer, which was replaced under term " + f.term()
                        + ": "
                        + (f.ordered() == 0
                                ? "it was put back, or taken away by somebody"
                                : bytes(f.bytes()) + " are free");
            case Fact.RestoreFailed f ->
                "node " + f.node() + " could not be restored, and its data is as it was: " + f.reason();
            case Fact.BackupStarted f -> "node " + f.node() + " began backup " + f.backup();
            case Fact.BackupProgressed f ->
                "node " + f.node() + " has read " + bytes(f.bytes()) + " of " + f.files()
                        + " files for the backup and stored " + bytes(f.stored()) + " in "
                        + f.took().toSeconds() + " s";
            case Fact.BackupCompleted f -> backupCompleted(f);
            case Fact.DumpCompleted f ->
                "node " + f.node() + " made logical backup " + f.backup() + ": dumps of " + f.databases()
                        + (f.databases() == 1 ? " database, " : " databases, ")
                        + bytes(f.bytes()) + ", " + bytes(f.stored()) + " stored, " + f.began() + " to " + f.ended();
            case Fact.BackupFailed f -> "node " + f.node() + " has not made the backup: " + f.reason();
            case Fact.DrillStarted f ->
                "node " + f.node() + " began a drill with backup " + f.backup() + ", " + bytes(f.bytes());
            case Fact.DrillProgressed f ->
                "node " + f.node() + " is at its drill: " + f.step() + ", " + bytes(f.bytes()) + " restored, "
                        + f.took().toSeconds() + " s";
            case Fact.DrillCompleted f -> drillCompleted(f);
            case Fact.DrillFailed f ->
                "the drill on " + f.node() + " has "
                        + f.backup().map(b -> "not proven backup " + b).orElse("proven nothing") + ": " + f.reason();
            case Fact.WalArchiving f -> walArchiving(f);
            case Fact.NodeQuarantined f ->
                "node " + f.node() + " is quarantined: " + f.reason() + "; next step: " + f.nextStep();
        };
    }

    private static String walArchiving(Fact.WalArchiving fact) {
        String of = "WAL of timeline " + fact.timeline() + ", written by " + fact.node() + " under term " + fact.term();
        return switch (fact.state()) {
            case KEEPING -> of + ", goes into the archive";
            case STORE_AWAY -> of + ", waits on its disk for the store: " + fact.detail();
            case DISK_FILLING -> of + ", waits and fills its disk: " + fact.detail();
            case REFUSED -> of + ", is not archived in part: " + fact.detail();
            case FAILED -> of + ", is not archived: " + fact.detail();
        };
    }

    /** "max_connections (100, configured 200)". */
    public static String ofPendingRestarts(SortedMap<String, Fact.RestartPending.Waiting> parameters) {
        return parameters.entrySet().stream()
                .map(e -> e.getKey() + " (" + e.getValue().inForce() + ", configured "
                        + e.getValue().configured().orElse("as the default") + ")")
                .collect(Collectors.joining(", "));
    }

    static String ofPlaces(String location, Optional<String> stored, Optional<String> waiting) {
        return stored.map(place -> "the repository at " + place + ", and in ").orElse("")
                + location
                + waiting.map(why -> "; it is not in the repository yet: " + why)
                        .orElse("");
    }

    private static String dataRestored(Fact.DataRestored f) {
        return "node " + f.node() + " was restored from backup " + f.backup() + " to "
                + f.copied().orElse(f.position())
                + f.lastCommit().map(at -> ", last commit of " + at).orElse("") + ": "
                + bytes(f.bytes()) + " and " + f.segments() + " WAL segments in "
                + f.took().toSeconds() + " s"
                + f.files().map(t -> ", files " + seconds(t)).orElse("")
                + f.wal().map(t -> ", WAL " + seconds(t)).orElse("")
                + f.copied()
                        .map(_ -> "; it is a database system of its own now, at " + f.position())
                        .orElse("")
                + f.kept()
                        .map(where -> "; what was there before is in " + where)
                        .orElse("");
    }

    private static String databases(Optional<List<String>> named) {
        return named.map(
                        names -> " of " + names.stream().map(n -> "'" + n + "'").collect(Collectors.joining(", ")))
                .orElse("");
    }

    private static String backupCompleted(Fact.BackupCompleted f) {
        return "node " + f.node() + " made " + f.type().label() + " backup " + f.backup()
                + f.parent().map(p -> " upon " + p).orElse("") + ", "
                + f.start().lsn() + " to "
                + f.stop().lsn() + ": " + f.files() + " files, " + bytes(f.bytes()) + ", " + bytes(f.stored())
                + " stored"
                + f.whyFull().map(why -> "; full because " + why).orElse("")
                + (f.isGood() ? "" : "; suspect: " + f.wrongPages() + " pages with wrong checksums")
                + (f.leftOut().isEmpty() ? "" : "; left out: " + String.join(", ", f.leftOut()));
    }

    private static String drillCompleted(Fact.DrillCompleted f) {
        return "backup " + f.backup() + " is proven: node " + f.node() + " restored " + bytes(f.bytes()) + " in "
                + seconds(f.restored()) + ", open after " + seconds(f.recovered()) + "; "
                + f.checks().stream()
                        .map(c -> c.name()
                                + c.skipped()
                                        .map(why -> " not checked, " + why)
                                        .orElseGet(() -> " passed in " + seconds(c.took())))
                        .collect(Collectors.joining(", "));
    }

    private static String seconds(Duration took) {
        return took.toMillis() / 1000 + "." + took.toMillis() / 100 % 10 + " s";
    }

    /** "412.3 MB"; below a megabyte in bytes. */
    static String bytes(long bytes) {
        return bytes < 1_000_000 ? bytes + " bytes" : bytes / 1_000_000 + "." + bytes / 100_000 % 10 + " MB";
    }

    private static String primaryStopped(Fact.PrimaryStopped f) {
        return "primary " + f.node() + " of term " + f.term() + " stopped: "
                + f.cause().sentence()
                + (f.detail().isBlank() ? "" : " (" + f.detail() + ")")
                + f.shutdownCheckpoint()
                        .map(p -> "; shutdown checkpoint at " + p)
                        .or(() -> f.lastSeen().map(p -> "; last seen at " + p))
                        .orElse("");
    }

    private static String ofRequest(Request request) {
        return request.origin().actor() + " asks " + wish(request) + ": "
                + request.origin().reason();
    }

    private static String wish(Request request) {
        return switch (request) {
            case Request.ClusterCreationRequested r ->
                "for a cluster whose first node is " + r.first()
                        + (r.adopt() ? ", taking over the primary that runs there" : "")
                        + r.data().map(data -> ", filled with " + data).orElse("");
            case Request.SwitchoverRequested r -> "for a switchover" + to(r.to());
            case Request.FailoverRequested r ->
                "for a failover" + to(r.to()) + (r.allowDataLoss() ? ", accepting the loss of commits" : "")
                        + (r.oldPrimaryIsDown() ? ", having made sure that the old primary is down" : "");
            case Request.MaintenanceRequested r -> r.paused() ? "to pause automation" : "to resume automation";
            case Request.ConfigChangeRequested r -> "for another configuration";
            case Request.RestoreRequested r ->
                "to restore the cluster to " + r.goal().target()
                        + r.goal().backup().map(b -> " from backup " + b).orElse("")
                        + r.node().map(n -> " on " + n).orElse("");
            case Request.RestoreConfirmRequested r ->
                "to remove what restores have replaced"
                        + r.node().map(n -> " on " + n).orElse("");
            case Request.RebuildRequested r -> "to rebuild node " + r.node();
            case Request.RestartRequested r -> "to restart PostgreSQL of node " + r.node();
            case Request.ReloadRequested r ->
                "to have PostgreSQL of node " + r.node() + " read its configuration again";
            case Request.MemberRemovalRequested r -> "to remove node " + r.node();
            case Request.MemberAdmissionRequested r -> "to admit node " + r.node();
            case Request.AutomationResetRequested r -> "to allow automatic failovers again";
            case Request.BackupRequested r ->
                "for a backup, " + r.type().label() + databases(r.databases())
                        + r.from().map(n -> ", of " + n).orElse("");
            case Request.BackupCancelRequested r -> "to end the backup that is being taken";
            case Request.DrillRequested r ->
                "for a drill" + r.backup().map(b -> " with backup " + b).orElse("")
                        + r.on().map(n -> " on " + n).orElse("");
            case Request.DrillCancelRequested r -> "to end the drill that is under way";
            case Request.BackupPinRequested r -> "to pin backup " + r.backup();
            case Request.BackupUnpinRequested r -> "to unpin backup " + r.backup();
            case Request.RetentionRequested r ->
                "to keep " + r.policy().map(Retention::sentence).orElse("nothing")
                        + " of the backups, and let the others go";
        };
    }

    private static String to(Optional<NodeId> node) {
        return node.map(n -> " to " + n).orElse("");
    }

    private static String ofDecision(Decision decision) {
        return switch (decision) {
            case Decision.ClusterCreated d
            when d.data().isPresent() ->
                "the cluster begins with " + d.data().get() + ", restored on " + d.first() + "; its incarnation is "
                        + d.incarnation().orElse(1);
            case Decision.CreationGivenUp d -> "there is no cluster: " + d.node() + " does not restore one any more";
            case Decision.ClusterCreated d ->
                "the cluster begins with " + d.first() + " as primary of term 1"
                        + (d.adopt() ? ", taken over as it runs" : "");
            case Decision.MemberAdmitted d -> "node " + d.node() + " is a member";
            case Decision.MemberSuspended d ->
                "node " + d.node()
                        + " is suspended: the primary keeps its lease without its promise, and it cannot take over";
            case Decision.MemberRefused d -> "node " + d.node() + " is refused: " + d.reason();
            case Decision.MemberRemoved d -> "node " + d.node() + " is no longer a member";
            case Decision.FailoverOpened d ->
                (d.automatic() ? "automatic" : "requested") + " failover from " + d.oldPrimary() + to(d.preferred())
                        + " is open: term " + d.term() + " revokes every earlier one"
                        + (d.allowDataLoss() ? "; the loss of commits is accepted" : "")
                        + (d.oldPrimaryIsDown() ? "; by a person's word " + d.oldPrimary() + " is down" : "");
            case Decision.RestoreOpened d ->
                "the cluster is restored to " + d.goal().target() + " on " + d.node() + ": term " + d.term()
                        + " revokes every earlier one";
            case Decision.FailoverBlocked d -> "nobody can be primary of term " + d.term() + " yet";
            case Decision.PrimaryChosen d -> "node " + d.node() + " is primary of term " + d.term() + syncOf(d.sync());
            case Decision.SwitchoverStarted d ->
                d.from() + " prepares to hand over to " + d.to() + " under term " + d.term();
            case Decision.PrimaryStopOrdered d ->
                d.from() + " stops, so that " + d.to() + " can take over under term " + d.term();
            case Decision.SwitchoverAborted d -> "the switchover from " + d.from() + " to " + d.to() + " is given up";
            case Decision.SyncStandbysChanged d ->
                d.sync().acknowledgements() == 0
                        ? "commits wait for no standby"
                        : "commits wait for " + quorum(d.sync());
            case Decision.MaintenanceChanged d -> d.paused() ? "automation is paused" : "automation is resumed";
            case Decision.ConfigChanged d -> "the configuration is changed";
            case Decision.RebuildOrdered d -> "node " + d.node() + " is to be rebuilt";
            case Decision.RestartOrdered d -> "PostgreSQL of node " + d.node() + " is to be restarted";
            case Decision.ReloadOrdered d -> "PostgreSQL of node " + d.node() + " is to read its configuration again";
            case Decision.OldDataRemovalOrdered d ->
                "what restores have replaced is removed: "
                        + d.data().stream()
                                .map(kept -> kept.node() + " " + kept.location() + ", " + bytes(kept.bytes()))
                                .collect(Collectors.joining("; "));
            case Decision.BackupOrdered d ->
                "node " + d.node() + " takes a backup, " + d.type().label() + databases(d.databases())
                        + d.scheduled().map(at -> ", scheduled for " + at).orElse("");
            case Decision.BackupMissed d ->
                d.instants() + " scheduled " + d.type().label() + " backups up to " + d.through() + " were missed";
            case Decision.BackupCancelled d ->
                "the backup of " + d.node() + " that decision " + d.ordered() + " ordered is cancelled";
            case Decision.BackupGivenUp d ->
                "the backup of " + d.node() + " that decision " + d.ordered() + " ordered is given up";
            case Decision.DrillOrdered d ->
                "node " + d.node() + " restores "
                        + d.backup().map(b -> "backup " + b).orElse("the newest backup") + " to see that it can be"
                        + d.scheduled().map(at -> ", scheduled for " + at).orElse("");
            case Decision.DrillMissed d -> d.instants() + " scheduled drills up to " + d.through() + " were missed";
            case Decision.DrillCancelled d ->
                "the drill on " + d.node() + " that decision " + d.ordered() + " ordered is cancelled";
            case Decision.DrillGivenUp d ->
                "the drill on " + d.node() + " that decision " + d.ordered() + " ordered is given up";
            case Decision.RetentionOrdered d ->
                "of the backups stay " + d.policy().sentence() + ", the others are let go"
                        + d.scheduled().map(at -> ", scheduled for " + at).orElse("");
            case Decision.RetentionMissed d ->
                d.instants() + " scheduled retentions up to " + d.through() + " were missed";
            case Decision.RetentionApplied d -> RetentionSentence.of(d.outcome());
            case Decision.RetentionFailed d ->
                "the retention that decision " + d.ordered() + " ordered could not be applied: " + d.reason();
            case Decision.RequestRefused d -> "the request is refused: " + d.reason();
            case Decision.AutomationHalted d ->
                "automatic failovers are halted after " + d.failovers() + " in a short time; a person must look";
            case Decision.AutomationReset d -> "automatic failovers are allowed again";
            case Decision.ProtocolRaised d -> "all participants speak version " + d.version() + " from here on";
        };
    }

    private static String syncOf(SyncStandbys sync) {
        return sync.acknowledgements() == 0 ? "" : "; its commits wait for " + quorum(sync);
    }

    static String quorum(SyncStandbys sync) {
        return sync.acknowledgements() + " of "
                + sync.standbys().stream().map(NodeId::value).collect(Collectors.joining(", "));
    }

    /** What a choice says of one member, after its name: "lacks 4096 bytes that c has". */
    public static String ofVerdict(Candidate.Verdict verdict) {
        return switch (verdict) {
            case Candidate.Verdict.Chosen c -> "is the most advanced eligible member";
            case Candidate.Verdict.Outranked o ->
                o.behindBytes() > 0
                        ? "lacks " + o.behindBytes() + " bytes of WAL that " + o.by() + " has"
                        : "holds as much WAL as " + o.by() + ", which comes first by timeline, priority or name";
            case Candidate.Verdict.Ineligible i -> i.reason().sentence();
        };
    }
}
