package io.pgprimacy.agent.guard;

import java.time.Duration;
import java.util.Optional;

/**
 * What the guard says of itself.
 *
 * @param alive its process runs; a stopped (SIGSTOP) guard is alive but its {@code lastBeat} ages
 * @param deadline since boot, that it acts upon now; empty is disarmed
 * @param lastBeat since boot, when it last looked at clock and deadline; empty if it never did
 */
public record GuardState(boolean alive, Optional<Duration> deadline, Optional<Duration> lastBeat) {
    static final GuardState ABSENT = new GuardState(false, Optional.empty(), Optional.empty());

    /** True where it runs and has shown it within {@code age} before {@code now}. */
    public boolean isBeating(Duration now, Duration age) {
        return alive
                && lastBeat.filter(beat -> now.minus(beat).compareTo(age) <= 0).isPresent();
    }
}
