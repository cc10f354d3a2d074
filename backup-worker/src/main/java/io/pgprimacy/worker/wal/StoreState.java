package io.pgprimacy.worker.wal;

import io.pgprimacy.worker.transfer.TransferFailed;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Whether the store can be reached, told at each change. All of the keeper's threads wait together while it cannot. */
final class StoreState {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Gate gate;
    private final Events events;
    private int failures;

    StoreState(Gate gate, Events events) {
        this.gate = gate;
        this.events = events;
    }

    synchronized void worked() throws IOException {
        if (failures > 0) {
            failures = 0;
            gate.storeIsAway(false);
            events.tell("store-back", Map.of());
        }
    }

    /** Throws {@link KeeperRefused} where the storage service has said no, for it would say so again. */
    synchronized void failed(IOException trouble) throws IOException {
        if (trouble instanceof TransferFailed refusal && !refusal.isPassing()) {
            throw new KeeperRefused(
                    String.valueOf(refusal.getMessage()),
                    "the storage service does not take this WAL; look at its answer");
        }
        if (failures == 0) {
            gate.storeIsAway(true);
            events.tell("store-away", Map.of("because", String.valueOf(trouble.getMessage())));
        }
        failures++;
    }

    /** How long to wait before the next attempt; zero while the store is there. */
    synchronized Duration pause() {
        if (failures == 0) {
            return Duration.ZERO;
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(10, failures - 1));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
