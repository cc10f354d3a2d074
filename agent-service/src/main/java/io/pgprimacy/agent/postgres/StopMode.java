package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.Signal;

/** How to stop. There is no smart stop: it waits for clients to leave. */
public enum StopMode {
    /** Ends sessions, writes a shutdown checkpoint, and ships it to the standbys. */
    FAST(Signal.INT),
    /** No checkpoint; crash recovery follows at the next start. */
    IMMEDIATE(Signal.QUIT);

    private final Signal signal;

    StopMode(Signal signal) {
        this.signal = signal;
    }

    Signal signal() {
        return signal;
    }
}
