package io.pgprimacy.agent.postgres;

import java.time.Duration;
import java.util.Optional;

/**
 * @param cut no WAL receiver runs and none will be started
 * @param position where the WAL ends; empty where PostgreSQL did not answer in time
 */
public record ReceiverCut(boolean cut, Optional<StandbyPosition> position, Duration took) {
    /** True where the position may be pledged. */
    public boolean isExact() {
        return cut && position.filter(StandbyPosition::exact).isPresent();
    }
}
