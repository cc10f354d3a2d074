package io.pgprimacy.core.plan;

import io.pgprimacy.core.event.Fact;
import java.util.Optional;

/**
 * The backup that an agent has under way, or has ended last, as far as this life of the agent knows.
 *
 * @param ordered sequence of the decision that ordered it
 * @param end {@link Fact.BackupCompleted} or {@link Fact.BackupFailed}; empty while it is being taken
 */
public record BackupWork(
        long ordered,
        Optional<Fact.BackupStarted> started,
        Optional<Fact.BackupProgressed> progress,
        Optional<Fact> end) {}
