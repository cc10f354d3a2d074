package io.pgprimacy.simulation;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.RejoinPolicy;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.id.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What one seed runs: the cluster, and the plan of faults and requests; drawn before anything happens, so that it can be printed.
 *
 * @param backups somebody asks for backups all the time; not where the very faults are planned, among them which decision is the last
 * @param trouble how much oftener than usual what the agents do fails by itself, until everything heals
 */
record Scenario(
        List<NodeId> nodes,
        int coordinators,
        ClusterConfig config,
        Beginning beginning,
        Map<NodeId, NodeTags> tags,
        boolean backups,
        double trouble,
        List<Round> rounds) {

    /**
     * After it everything heals.
     *
     * @param faultTime from the first healthy state to the healing, nanoseconds
     * @param faults when each begins is counted from there
     */
    record Round(long faultTime, List<Fault> faults) {}

    /**
     * Where a simulation should look: at these kinds of fault only, and at this mode; empty: anywhere.
     *
     * @param rare with the faults that are drawn apart, in some seeds (see {@link Fault#drawRare})
     * @param plan the very faults, where chance would take too long to find them; the rest of the scenario is as they need it
     */
    record Focus(List<Fault.Kind> kinds, Optional<ReplicationMode> mode, boolean rare, List<Fault> plan) {
        static final Focus ANYWHERE = new Focus(List.of(), Optional.empty(), true, List.of());
        static final Focus COMMON = new Focus(List.of(), Optional.empty(), false, List.of());

        Focus(List<Fault.Kind> kinds, Optional<ReplicationMode> mode, List<Fault> plan) {
            this(kinds, mode, false, plan);
        }

        /** @param kinds their names, with commas in between */
        static Focus on(String kinds) {
            List<Fault.Kind> among =
                    Stream.of(kinds.split(",")).map(Fault.Kind::valueOf).toList();
            return new Focus(among, Optional.empty(), List.of());
        }
    }

    static Scenario draw(long seed, Focus focus) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
        int count = pick(random, 2, 3, 3, 3, 4, 5);
        List<NodeId> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(new NodeId(String.valueOf((char) ('a' + i))));
        }
        TimingProfile profile = pick(
                random,
                TimingProfile.FAST,
                TimingProfile.FAST,
                TimingProfile.FAST,
                TimingProfile.NORMAL,
                TimingProfile.CROSS_ZONE);
        ClusterConfig config = ClusterConfig.defaults(profile).with(c -> {
            c.replication = focus.mode().orElse(mode(random, count));
            c.rejoin = pick(
                    random,
                    RejoinPolicy.REWIND,
                    RejoinPolicy.REWIND,
                    RejoinPolicy.REWIND,
                    RejoinPolicy.REBUILD,
                    RejoinPolicy.QUARANTINE);
            c.automaticFailoverLimit = random.nextInt(8) == 0 ? 2 : 50;
            // As soon as may be: faults last for seconds here, not for minutes.
            c.suspendAfter = c.timing.lease();
            if (seed % 2 == 0) {
                c.backupSchedules.put(BackupType.INCREMENTAL, "11");
                c.drillSchedule = Optional.of("17");
                c.retention = Optional.of(new Retention(2, Duration.ZERO, 0, 0, 0));
                c.retentionSchedule = Optional.of("13");
            }
        });
        if (!focus.plan().isEmpty()) {
            return new Scenario(
                    List.of(new NodeId("a"), new NodeId("b"), new NodeId("c")),
                    2,
                    ClusterConfig.defaults(TimingProfile.CROSS_ZONE).with(c -> {
                        c.replication = focus.mode().orElseThrow();
                        c.suspendAfter = c.timing.lease();
                    }),
                    Beginning.INITIALISED,
                    new TreeMap<>(),
                    false,
                    1,
                    List.of(new Round(Math.max(20 * World.SECOND, lastEnd(focus.plan())), focus.plan())));
        }
        Map<NodeId, NodeTags> tags = new TreeMap<>();
        for (NodeId node : nodes) {
            boolean never = tags.isEmpty() ? false : random.nextInt(12) == 0;
            tags.put(node, new NodeTags(never, random.nextInt(6) == 0 ? 5 : 1));
        }
        long faultTime = (5 + random.nextInt(20)) * World.SECOND;
        int coordinators = pick(random, 1, 2, 2, 3);
        List<Fault> faults = new ArrayList<>(Fault.draw(random, nodes, coordinators, faultTime, focus.kinds()));
        Beginning beginning = Beginning.of(seed, random.nextInt(6) == 0);
        if (focus.rare()) {
            SplittableRandom apart = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 2);
            faults.addAll(Fault.drawRare(apart, nodes, coordinators, faultTime));
            faults.sort(Comparator.comparingLong(Fault::at));
        }
        return new Scenario(
                nodes,
                coordinators,
                config,
                beginning,
                tags,
                true,
                trouble(seed, focus),
                List.of(new Round(faultTime, faults)));
    }

    /** In one of eight seeds; drawn apart, as the rare faults are, so that the other draws of a seed stay as they are. */
    private static double trouble(long seed, Focus focus) {
        boolean some = !focus.equals(Focus.COMMON);
        return some && new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 3).nextInt(8) == 0 ? 10 : 1;
    }

    private static long lastEnd(List<Fault> plan) {
        return plan.stream().mapToLong(f -> f.at() + f.lasts()).max().orElse(0);
    }

    private static ReplicationMode mode(SplittableRandom random, int nodes) {
        int k = nodes > 3 && random.nextInt(3) == 0 ? 2 : 1;
        return random.nextInt(10) < 4
                ? new ReplicationMode.Asynchronous()
                : new ReplicationMode.Quorum(k, random.nextInt(3) == 0);
    }

    @SafeVarargs
    static <T> T pick(SplittableRandom random, T... of) {
        return of[random.nextInt(of.length)];
    }
}
