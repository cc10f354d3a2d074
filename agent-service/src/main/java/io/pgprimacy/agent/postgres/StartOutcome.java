package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.ProcessIdentity;
import java.time.Duration;

/** What came of a start. */
public sealed interface StartOutcome {
    /** It accepts connections. */
    record Ready(ProcessIdentity postmaster, Duration took) implements StartOutcome {}

    /** It lives but is still recovering; nothing is wrong, crash recovery may take long. */
    record StillStarting(ProcessIdentity postmaster) implements StartOutcome {}

    /** It ran already; nothing was done. */
    record AlreadyRunning(ProcessIdentity postmaster) implements StartOutcome {}

    /** @param complaint the end of what it printed */
    record Failed(String complaint) implements StartOutcome {}
}
