package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.WalPosition;
import java.util.Optional;

/**
 * How far the WAL of a standby reaches.
 *
 * @param position the end of what it has flushed, on the timeline that this was received on
 * @param exact true where all local WAL has been read and no receiver can add to it: only then is it the end, and not
 *     merely a lower bound
 * @param received by the WAL receiver since PostgreSQL was started; after a start it begins at a segment's beginning,
 *     so it may be behind {@code replayed}
 */
public record StandbyPosition(WalPosition position, boolean exact, Optional<Lsn> received, Optional<Lsn> replayed) {}
