package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.backup.DiscardedUploads;
import io.pgprimacy.agent.backup.DiscardedUploads.Outcome;
import io.pgprimacy.agent.postgres.ArchivedWal;
import io.pgprimacy.agent.postgres.BaseBackup;
import io.pgprimacy.agent.postgres.CatchUp;
import io.pgprimacy.agent.postgres.DirectorySwap;
import io.pgprimacy.agent.postgres.DiscardedWal;
import io.pgprimacy.agent.postgres.OldData;
import io.pgprimacy.agent.postgres.PostgresFailure;
import io.pgprimacy.agent.postgres.PostgresInstance;
import io.pgprimacy.agent.postgres.RepositoryRestore;
import io.pgprimacy.agent.postgres.Rewind;
import io.pgprimacy.agent.postgres.Upstream;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.plan.Divergence;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.postgres.Lsn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The actions that bring a node's data back to the cluster's history. */
final class RejoinJobs {
    private static final Logger LOG = LoggerFactory.getLogger(RejoinJobs.class);
    private static final Duration SAVE_BOUND = Duration.ofMinutes(10);
    /** How long the node stays away for it; after that the upload goes on beside everything else. */
    private static final Duration STORE_BOUND = Duration.ofMinutes(2);

    private static final Duration REWIND_BOUND = Duration.ofHours(1);
    private static final Duration CATCH_UP_BOUND = Duration.ofMinutes(10);
    private static final Duration REBUILD_BOUND = Duration.ofHours(24);

    private final NodeId node;
    private final PostgresInstance instance;
    private final DiscardedWal discardedWal;
    private final Rewind rewind;
    private final CatchUp catchUp;
    private final BaseBackup baseBackup;
    private final DirectorySwap swap;
    private final Optional<RepositoryRestore> repository;
    private final Optional<DiscardedUploads> uploads;
    private final OldData oldData;

    /**
     * @param repository empty where no storage is configured
     * @param uploads the same
     * @param archive the same
     */
    RejoinJobs(
            PostgresInstance instance,
            DiscardedWal discardedWal,
            Optional<RepositoryRestore> repository,
            Optional<DiscardedUploads> uploads,
            Optional<ArchivedWal> archive,
            OldData oldData) {
        this.node = instance.settings().node();
        this.instance = instance;
        this.discardedWal = discardedWal;
        this.rewind = new Rewind(instance, archive);
        this.catchUp = new CatchUp(instance);
        this.baseBackup = new BaseBackup(instance);
        this.swap = new DirectorySwap(instance);
        this.repository = repository;
        this.uploads = uploads;
        this.oldData = oldData;
    }

    /**
     * On this node's disk first, and that must succeed; then into the repository. Where the store is away, the copy on the disk is what makes it
     * right to go on, and the fact says what is still to come.
     */
    Fact save(NodeAction.SaveDiscardedWal action) throws InterruptedException {
        Divergence divergence = action.divergence();
        // Where nothing in common is known, all WAL that crash recovery would need is there to be saved, and no more
        // for certain.
        Lsn from = divergence.from().equals(Lsn.ZERO) ? instance.controlData().redo() : divergence.from();
        DiscardedWal.Saved saved = discardedWal.save(divergence.term(), divergence.timeline(), from, SAVE_BOUND);
        Optional<Outcome> outcome = uploads.isPresent()
                ? Optional.of(uploads.get().store(saved.location(), STORE_BOUND))
                : Optional.empty();
        return new Fact.DiscardedWalSaved(
                node,
                divergence.term(),
                divergence.timeline(),
                from,
                saved.scan().end(),
                saved.scan().transactions(),
                DiscardedUploads.location(saved.location()),
                outcome.flatMap(o -> o instanceof Outcome.Stored s ? Optional.of(s.place()) : Optional.empty()),
                outcome.flatMap(o -> o instanceof Outcome.Waiting w ? Optional.of(w.why()) : Optional.empty()));
    }

    Fact rewind(NodeAction.Rewind action) {
        Upstream source = source(action.endpoint());
        Rewind.Outcome outcome = rewind.run(source, REWIND_BOUND, progress -> {});
        return switch (outcome) {
            case Rewind.Outcome.Rewound r -> {
                catchUp.run(source, CATCH_UP_BOUND);
                yield new Fact.Rewound(node, action.term(), action.source());
            }
            case Rewind.Outcome.NotNeeded n -> new Fact.Rewound(node, action.term(), action.source());
            case Rewind.Outcome.Failed f -> throw new IllegalStateException(f.reason() + ": " + f.message());
        };
    }

    /** From the repository, which costs the primary nothing; from the primary where that cannot be. */
    Fact rebuild(NodeAction.Rebuild action) throws InterruptedException {
        if (repository.isPresent()) {
            try {
                RepositoryRestore.Filled filled = repository.get().rebuild(source(action.endpoint()), action.keep());
                letGo();
                return new Fact.Rebuilt(
                        node,
                        action.term(),
                        action.source(),
                        filled.bytes(),
                        action.ordered(),
                        Optional.of(filled.backup()));
            } catch (PostgresFailure e) {
                LOG.info("not filled from the repository, so {} is copied: {}", action.source(), e.getMessage());
            }
        }
        return copy(action);
    }

    private Fact copy(NodeAction.Rebuild action) {
        BaseBackup.Outcome outcome =
                baseBackup.run(source(action.endpoint()), action.keep(), REBUILD_BOUND, progress -> {});
        return switch (outcome) {
            case BaseBackup.Outcome.Filled f -> {
                letGo();
                yield new Fact.Rebuilt(
                        node, action.term(), action.source(), f.bytes(), action.ordered(), Optional.empty());
            }
            case BaseBackup.Outcome.Failed f -> throw new IllegalStateException(f.message());
        };
    }

    private void letGo() {
        swap.discardOld();
        oldData.look();
    }

    /** Before it accepts a write. */
    void accept() {
        swap.accept();
    }

    void restore(NodeAction.Restore action) throws InterruptedException {
        fromRepository().restore(action.term(), action.goal(), action.origin());
    }

    Fact take(NodeAction.TakeRestored action) {
        RepositoryRestore.Taken taken = fromRepository().take(action.term());
        oldData.look();
        return new Fact.DataRestored(
                node,
                action.term(),
                taken.filled().backup(),
                taken.filled().position(),
                taken.filled().lastCommit(),
                taken.filled().bytes(),
                taken.filled().segments(),
                taken.took(),
                taken.kept().map(Path::toString),
                taken.switches(),
                Optional.of(taken.filled().files()),
                Optional.of(taken.filled().wal()),
                taken.filled().copied());
    }

    void putBack(NodeAction.PutBack action) {
        swap.putBack(action.term());
        oldData.look();
    }

    private RepositoryRestore fromRepository() {
        return repository.orElseThrow(() -> new IllegalStateException("no storage is configured on " + node));
    }

    private Upstream source(Endpoint endpoint) {
        return new Upstream(
                endpoint.host(),
                endpoint.postgresPort(),
                instance.settings().adminUser(),
                instance.settings().adminPassword(),
                Optional.empty());
    }
}
