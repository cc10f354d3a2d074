package io.pgprimacy.simulation;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Membership;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.id.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** People: they ask for things at random, and at the end put right what the code leaves to people. */
final class Operator {
    private static final Request.Origin SOMEBODY = new Request.Origin("somebody", "to see what happens");
    private static final RestoreGoal ANY_MOMENT = new RestoreGoal("latest", false, Optional.empty());

    private final World world;
    private final Cluster cluster;
    private final Scenario scenario;
    private int requests;
    private Optional<ClusterConfig> saved = Optional.empty();

    Operator(World world, Cluster cluster, Scenario scenario) {
        this.world = world;
        this.cluster = cluster;
        this.scenario = scenario;
    }

    private void append(Request request) {
        String place = cluster.coordinators().getFirst().name();
        world.trace("person", () -> "asks: " + request);
        cluster.log().append(place, "operator", request);
    }

    private String id() {
        return "q" + ++requests;
    }

    /** The cluster does not exist before this has landed; asked again until it does. */
    void create(NodeId first, Beginning beginning) {
        if (!cluster.auditor().state().grants().isEmpty()) {
            return;
        }
        if (cluster.auditor().state().config().isEmpty()) {
            boolean restored = beginning == Beginning.RESTORED;
            append(new Request.ClusterCreationRequested(
                    id(),
                    SOMEBODY,
                    saved.orElse(scenario.config()),
                    first,
                    beginning == Beginning.ADOPTED,
                    restored ? OptionalInt.of(2) : OptionalInt.empty(),
                    restored
                            ? Optional.of(
                                    new DataOrigin(cluster.auditor().state().cluster(), 1, ANY_MOMENT))
                            : Optional.empty()));
        }
        world.after(20 * World.SECOND, () -> create(first, beginning));
    }

    /** Before the log that holds it is given up. */
    void savesConfig() {
        saved = Optional.of(config());
    }

    /** A true word: it is only said while it is so. */
    void saysIsDown(SimHost host, Fault fault) {
        boolean isOldPrimary = cluster.auditor()
                .state()
                .lastGrant()
                .map(g -> g.node().equals(host.id()))
                .orElse(false);
        if (isOldPrimary && !host.isUp()) {
            append(new Request.FailoverRequested(id(), SOMEBODY, to(fault), fault.number() % 3 == 0, true));
        }
    }

    private static Optional<NodeId> to(Fault fault) {
        return fault.number() % 2 == 0 ? Optional.empty() : Optional.of(new NodeId(fault.other()));
    }

    void ask(Fault fault, String target) {
        NodeId node = new NodeId(target.startsWith("k") ? "a" : target);
        Optional<NodeId> to = to(fault);
        switch (fault.kind()) {
            case SWITCHOVER -> append(new Request.SwitchoverRequested(id(), SOMEBODY, to));
            case FAILOVER_BY_HAND -> append(new Request.FailoverRequested(id(), SOMEBODY, to, false, false));
            case FAILOVER_WITH_LOSS -> append(new Request.FailoverRequested(id(), SOMEBODY, to, true, false));
            case PAUSE -> {
                append(new Request.MaintenanceRequested(id(), SOMEBODY, true));
                world.after(fault.lasts(), () -> append(new Request.MaintenanceRequested(id(), SOMEBODY, false)));
            }
            case REBUILD -> append(new Request.RebuildRequested(id(), SOMEBODY, new NodeId(fault.other())));
            case RESTART_POSTGRES -> append(new Request.RestartRequested(id(), SOMEBODY, new NodeId(fault.other())));
            case RELOAD_POSTGRES -> append(new Request.ReloadRequested(id(), SOMEBODY, new NodeId(fault.other())));
            case RESTORE -> {
                append(new Request.RestoreRequested(id(), SOMEBODY, to, ANY_MOMENT));
                // Sometimes long after it is over, sometimes in the middle of it, or of whatever breaks by then.
                world.after(
                        (1 + fault.number() % 30) * World.SECOND,
                        () -> append(new Request.RestoreConfirmRequested(
                                id(), SOMEBODY, fault.number() % 3 == 0 ? Optional.of(node) : Optional.empty())));
            }
            case CHANGE_MODE -> append(config(otherMode()));
            case CHANGE_TIMING -> append(config(otherTiming(fault)));
            case REMOVE -> append(new Request.MemberRemovalRequested(id(), SOMEBODY, node));
            case ADMIT -> append(new Request.MemberAdmissionRequested(id(), SOMEBODY, node));
            default -> throw new IllegalStateException("not a request: " + fault.kind());
        }
    }

    /** As the coordinators' interface asks for it: made from what is in force now, which may be another by the time it is read. */
    private Request config(ClusterConfig next) {
        OptionalLong over = OptionalLong.of(cluster.auditor().state().configSequence());
        return new Request.ConfigChangeRequested(id(), SOMEBODY, next, over);
    }

    private ClusterConfig config() {
        return cluster.auditor().state().config().orElse(scenario.config());
    }

    private ClusterConfig otherMode() {
        return config().with(c -> c.replication = c.replication instanceof ReplicationMode.Asynchronous
                ? new ReplicationMode.Quorum(1, false)
                : new ReplicationMode.Asynchronous());
    }

    private ClusterConfig otherTiming(Fault fault) {
        TimingProfile[] profiles = {TimingProfile.FAST, TimingProfile.NORMAL, TimingProfile.CROSS_ZONE};
        return config().with(c -> {
            c.timing = profiles[fault.number() % 3].timing();
            if (c.suspendAfter.isPositive()) {
                c.suspendAfter = c.timing.lease();
            }
        });
    }

    /** Backups and drills all the time that things break, by draws of their own. */
    void backUp(SplittableRandom random, BooleanSupplier goesOn) {
        if (!goesOn.getAsBoolean()) {
            return;
        }
        Optional<NodeId> node = random.nextInt(3) == 0
                ? Optional.of(
                        scenario.nodes().get(random.nextInt(scenario.nodes().size())))
                : Optional.empty();
        switch (random.nextInt(10)) {
            case 0 -> append(new Request.BackupCancelRequested(id(), SOMEBODY));
            case 1 -> append(new Request.DrillCancelRequested(id(), SOMEBODY));
            case 2, 3, 4 -> append(new Request.DrillRequested(id(), SOMEBODY, Optional.empty(), node));
            case 5 -> append(new Request.BackupRequested(id(), SOMEBODY, BackupType.LOGICAL, node));
            case 6 ->
                append(new Request.RetentionRequested(id(), SOMEBODY, 1 + random.nextInt(3), Duration.ZERO, 0, 0, 0));
            default -> append(new Request.BackupRequested(id(), SOMEBODY, BackupType.INCREMENTAL, node));
        }
        world.after((1 + random.nextInt(5)) * World.SECOND, () -> backUp(random, goesOn));
    }

    /** Every few seconds while the cluster heals; nothing that costs data. */
    void tend() {
        ClusterState state = cluster.auditor().state();
        List<Request> waiting =
                state.pending().stream().filter(r -> !isAboutBackups(r)).toList();
        if (state.paused() && waiting.stream().noneMatch(Request.MaintenanceRequested.class::isInstance)) {
            // Whatever else waits may wait for just this.
            append(new Request.MaintenanceRequested(id(), SOMEBODY, false));
        } else if (waiting.isEmpty()) {
            tend(state);
        }
    }

    private void tend(ClusterState state) {
        if (state.halted()) {
            append(new Request.AutomationResetRequested(id(), SOMEBODY));
        } else if (state.phase() instanceof Phase.FailingOver f
                && f.preferred().isPresent()
                && f.blocked().isPresent()) {
            append(new Request.FailoverRequested(id(), SOMEBODY, Optional.empty(), false, false));
        } else if (state.phase() instanceof Phase.FailingOver f && f.blocked().isPresent() && hasRestored(state)) {
            append(new Request.FailoverRequested(id(), SOMEBODY, Optional.empty(), true, false));
        } else if (state.phase() instanceof Phase.Serving && state.isPromotionConfirmed()) {
            tendNodes(state);
        }
    }

    /** They wait for the cluster to be quiet, and must not keep people from helping it. */
    private static boolean isAboutBackups(Request request) {
        return request instanceof Request.BackupRequested
                || request instanceof Request.BackupCancelRequested
                || request instanceof Request.DrillRequested
                || request instanceof Request.DrillCancelRequested
                || request instanceof Request.RetentionRequested;
    }

    /** Commits were given up already, by who asked for that. */
    private static boolean hasRestored(ClusterState state) {
        return state.nodes().values().stream()
                .anyMatch(n -> n.facts().restored().isPresent());
    }

    private void tendNodes(ClusterState state) {
        for (Node node : state.nodes().values()) {
            if (node.membership() == Membership.REMOVED) {
                append(new Request.MemberAdmissionRequested(id(), SOMEBODY, node.id()));
                return;
            }
            if (node.isMember() && node.standingQuarantine().isPresent() && !node.mustBeRebuilt()) {
                append(new Request.RebuildRequested(id(), SOMEBODY, node.id()));
                return;
            }
        }
    }
}
