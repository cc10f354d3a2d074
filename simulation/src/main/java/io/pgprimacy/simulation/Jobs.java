package io.pgprimacy.simulation;

import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.Observation.JobResult;
import java.time.Duration;
import java.util.Optional;

/** The one action that an agent has under way. */
final class Jobs {
    private final World world;
    private final Truth truth;
    private final SimHost host;
    private final SimHands hands;
    private final Seams seams;
    private Optional<NodeAction> current = Optional.empty();
    private Optional<JobResult> last = Optional.empty();
    private int number;

    Jobs(World world, Truth truth, SimHost host, SimHands hands, Seams seams) {
        this.world = world;
        this.truth = truth;
        this.host = host;
        this.hands = hands;
        this.seams = seams;
    }

    Optional<NodeAction> current() {
        return current;
    }

    Optional<JobResult> last() {
        return last;
    }

    void died() {
        number++;
        current = Optional.empty();
    }

    void begin(NodeAction action) {
        if (current.isPresent() && !(action instanceof NodeAction.Stop)) {
            return;
        }
        world.trace(host.name(), () -> "begins " + Describe.action(action));
        number++;
        current = Optional.of(action);
        switch (action) {
            case NodeAction.Initialise a ->
                later(300, 1500, 0.02, a, () -> {
                    host.postgres().initialise(truth.newSystemIdentifier());
                    return Optional.empty();
                });
            case NodeAction.Stop a -> stop(a);
            case NodeAction.StartFenced a ->
                later(5, 30, 0.02, a, () -> {
                    host.postgres().start();
                    return Optional.empty();
                });
            case NodeAction.CutReceiver a ->
                later(2, 40, 0, a, () -> {
                    host.postgres().replication().upstream(null);
                    return Optional.empty();
                });
            case NodeAction.Follow a ->
                later(2, 80, 0.01, a, () -> {
                    if (host.postgres().isStandby()) {
                        host.postgres().replication().upstream(truth.postgres(a.node()));
                    }
                    return Optional.empty();
                });
            case NodeAction.Promote a -> promote(a);
            case NodeAction.Checkpoint a -> later(20, 800, 0.01, a, Optional::empty);
            case NodeAction.ApplySync a ->
                later(2, 50, 0.01, a, () -> {
                    if (host.postgres().isPrimary()) {
                        host.postgres().applySync(a.sync(), a.sequence());
                    }
                    return Optional.empty();
                });
            case NodeAction.EnsureSlots a ->
                later(2, 20, 0.01, a, () -> {
                    host.slots(a.nodes());
                    return Optional.empty();
                });
            case NodeAction.ApplyParameters a ->
                later(2, 20, 0.01, a, () -> {
                    host.parameters(a.parameters());
                    return Optional.empty();
                });
            case NodeAction.Reload a ->
                later(
                        2,
                        50,
                        0.02,
                        a,
                        () -> Optional.of(new Fact.PostgresReloaded(host.id(), a.ordered(), Optional.empty())));
            case NodeAction.SaveDiscardedWal a -> later(50, 800, 0.05, a, () -> save(a));
            case NodeAction.Rewind a -> rewind(a);
            case NodeAction.Rebuild a -> rebuild(a);
            case NodeAction.Restore a -> later(300, 4000, 0.2, a, Optional::empty);
            case NodeAction.TakeRestored a -> later(2, 40, 0.02, a, () -> takeRestored(a));
            case NodeAction.PutBack a ->
                later(2, 40, 0.02, a, () -> {
                    host.postgres().putBack();
                    return Optional.empty();
                });
            case NodeAction.DisarmGuard a ->
                later(0.5, 5, 0, a, () -> {
                    host.guard().disarm();
                    return Optional.empty();
                });
        }
    }

    private interface Effect {
        Optional<Fact> apply();
    }

    private void later(double low, double high, double failing, NodeAction action, Effect effect) {
        int mine = number;
        hands.agent().process().after(world.msBetween(low, high), () -> {
            if (mine != number) {
                return;
            }
            if (world.chance(seams.failing(failing))) {
                fail(action, "the dice say so");
            } else {
                done(action, effect.apply());
            }
        });
    }

    private void done(NodeAction action, Optional<Fact> outcome) {
        current = Optional.empty();
        last = Optional.of(new JobResult.Done(action, outcome));
        host.wakeAgent();
    }

    private void fail(NodeAction action, String reason) {
        int attempt = last.filter(JobResult.Failed.class::isInstance)
                        .map(JobResult.Failed.class::cast)
                        .filter(f -> f.job().equals(action))
                        .map(JobResult.Failed::attempt)
                        .orElse(0)
                + 1;
        world.trace(host.name(), () -> "FAILS " + Describe.action(action) + ": " + reason);
        current = Optional.empty();
        last = Optional.of(new JobResult.Failed(action, reason, attempt));
        host.wakeAgent();
    }

    private void stop(NodeAction.Stop a) {
        int mine = number;
        if (a.immediate()) {
            later(2, 60, 0, a, () -> {
                host.postgres().kill("stopped at once: " + a.cause());
                return Optional.empty();
            });
            return;
        }
        hands.agent().process().after(world.msBetween(1, 10), () -> {
            if (mine == number) {
                host.postgres()
                        .beginFastStop(() -> world.after(0, () -> {
                            if (mine == number) {
                                done(a, Optional.empty());
                            }
                        }));
                awaitStopped(a, mine);
            }
        });
    }

    /** It may have been stopping already, or be killed meanwhile. */
    private void awaitStopped(NodeAction.Stop a, int mine) {
        if (mine != number || current.isEmpty()) {
            return;
        }
        if (!host.postgres().process().isAlive()) {
            done(a, Optional.empty());
            return;
        }
        hands.agent().process().after(20 * World.MS, () -> awaitStopped(a, mine));
    }

    private void promote(NodeAction.Promote a) {
        int mine = number;
        hands.agent().process().after(world.msBetween(2, 20), () -> {
            if (mine != number) {
                return;
            }
            if (world.chance(seams.failing(0.03))) {
                fail(a, "pg_promote was refused");
                return;
            }
            Optional<String> refused = host.postgres()
                    .promote(a.term().value(), seams.firstUnusedTimeline(a), a.sync(), a.syncSequence(), () -> {});
            if (refused.isPresent()) {
                fail(a, refused.get());
                return;
            }
            awaitPromoted(a, mine);
        });
    }

    private void awaitPromoted(NodeAction.Promote a, int mine) {
        if (mine != number) {
            return;
        }
        if (host.postgres().isPrimary()) {
            done(a, Optional.empty());
        } else if (!host.postgres().process().isAlive()) {
            fail(a, "PostgreSQL has died");
        } else {
            hands.agent().process().after(10 * World.MS, () -> awaitPromoted(a, mine));
        }
    }

    private Optional<Fact> save(NodeAction.SaveDiscardedWal a) {
        if (seams.savesDiscardedWal()) {
            truth.save(host.postgres(), a.divergence());
        }
        return Optional.of(new Fact.DiscardedWalSaved(
                host.id(),
                a.divergence().term(),
                a.divergence().timeline(),
                a.divergence().from(),
                a.divergence().to(),
                0,
                "file:/saved",
                Optional.of("discarded/"),
                Optional.empty()));
    }

    private void rewind(NodeAction.Rewind a) {
        Optional<SimPostgres> source = source(a.source());
        SimPostgres mine = host.postgres();
        if (source.isEmpty() || mine.process().isAlive() || !mine.hasData()) {
            failLater(a, "the source cannot be reached");
            return;
        }
        truth.overwrites(mine, source.get(), "rewind");
        mine.beginOverwriting();
        int job = number;
        hands.agent().process().after(world.msBetween(200, 2000), () -> {
            if (job != number) {
                return;
            }
            Optional<SimPostgres> still = source(a.source());
            if (still.isEmpty() || world.chance(seams.failing(0.15))) {
                fail(a, "pg_rewind ended with an error");
                return;
            }
            mine.fill(still.get());
            done(a, Optional.of(new Fact.Rewound(host.id(), a.term(), a.source())));
        });
    }

    private void rebuild(NodeAction.Rebuild a) {
        int job = number;
        hands.agent().process().after(world.msBetween(400, 3000), () -> {
            if (job != number) {
                return;
            }
            Optional<SimPostgres> source = source(a.source());
            SimPostgres mine = host.postgres();
            if (source.isEmpty() || mine.process().isAlive() || world.chance(seams.failing(0.05))) {
                fail(a, "pg_basebackup ended with an error");
                return;
            }
            boolean stays = a.keep().isPresent() && !mine.isRestored();
            if (stays) {
                mine.putAside(a.keep().get());
            } else if (mine.hasData()) {
                truth.overwrites(mine, source.get(), "rebuild");
            }
            mine.fill(source.get());
            done(
                    a,
                    Optional.of(new Fact.Rebuilt(
                            host.id(), a.term(), a.source(), mine.flushed(), a.ordered(), Optional.empty())));
        });
    }

    /** The archive has the newest history, and somebody named a moment of it. */
    private Optional<Fact> takeRestored(NodeAction.TakeRestored a) {
        SimPostgres mine = host.postgres();
        SimPostgres.Restored past = truth.past();
        mine.restore(past, a.term());
        return Optional.of(new Fact.DataRestored(
                host.id(),
                a.term(),
                "backup",
                mine.position(),
                Optional.empty(),
                past.end(),
                1,
                Duration.ZERO,
                Optional.of("beside it"),
                past.branch().switches(2),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    }

    private void failLater(NodeAction a, String reason) {
        number++;
        current = Optional.of(a);
        int mine = number;
        hands.agent().process().after(world.msBetween(20, 100), () -> {
            if (mine == number) {
                fail(a, reason);
            }
        });
    }

    private Optional<SimPostgres> source(NodeId id) {
        SimPostgres source = truth.postgres(id);
        boolean reachable =
                truth.network().passesBothWays(host.name(), source.host().name());
        return reachable && source.acceptsWrites() ? Optional.of(source) : Optional.empty();
    }
}
