package io.pgprimacy.agent.postgres;

import java.time.Duration;
import java.util.Optional;

/**
 * Brings a rewound instance to a consistent state and leaves it running without an upstream. pg_rewind copies the source's WAL as it
 * was while it copied, but the instance is consistent only from where the source was when it ended: under load that is later, and
 * a standby without an upstream would wait for the difference for ever, without taking a connection.
 */
public final class CatchUp {
    private static final Duration CUT_BOUND = Duration.ofSeconds(10);
    private static final Duration STOP_BOUND = Duration.ofSeconds(10);

    private final PostgresInstance instance;

    public CatchUp(PostgresInstance instance) {
        this.instance = instance;
    }

    /** Throws where it was not reached, and then nothing runs and nothing is received. */
    public void run(Upstream source, Duration bound) {
        instance.config().setUpstreamThatDoesNotCount(source);
        boolean done = false;
        try (ReplicationLink link = new ReplicationLink(instance)) {
            require(instance.startAsStandby(bound), bound);
            if (!link.cutWalReceiver(CUT_BOUND).cut()) {
                throw new PostgresFailure(PostgresFailure.Reason.TIMED_OUT, "the WAL receiver is still there");
            }
            done = true;
        } finally {
            if (!done) {
                instance.stop(StopMode.IMMEDIATE, STOP_BOUND);
                instance.config().setUpstream(Optional.empty());
            }
        }
    }

    private static void require(StartOutcome outcome, Duration bound) {
        switch (outcome) {
            case StartOutcome.Ready r -> {}
            case StartOutcome.AlreadyRunning r -> {}
            case StartOutcome.StillStarting s ->
                throw new PostgresFailure(
                        PostgresFailure.Reason.TIMED_OUT,
                        "the rewound instance did not become consistent within " + bound.toSeconds() + " s");
            case StartOutcome.Failed f ->
                throw new PostgresFailure(
                        PostgresFailure.Reason.PROGRAM_FAILED, "the rewound instance did not start: " + f.complaint());
        }
    }
}
