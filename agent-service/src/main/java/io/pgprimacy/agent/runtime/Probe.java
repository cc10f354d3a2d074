package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.postgres.PostgresInstance;
import io.pgprimacy.agent.postgres.WriteProbe;
import io.pgprimacy.core.event.PostgresView;
import java.time.Duration;
import java.util.function.Supplier;

/** The write probe's result in the words of the log; remembers since when it has been failing. */
final class Probe implements Supplier<PostgresView.WriteProbe> {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration HUNG_AFTER = Duration.ofSeconds(1);

    private final WriteProbe probe;
    private long failingSince;

    Probe(PostgresInstance instance) {
        this.probe = new WriteProbe(instance, INTERVAL, HUNG_AFTER);
    }

    void enable(boolean on) {
        probe.enable(on);
    }

    @Override
    public synchronized PostgresView.WriteProbe get() {
        return switch (probe.result()) {
            case WriteProbe.Result.Unknown u -> new PostgresView.WriteProbe.NotYet();
            case WriteProbe.Result.Works w -> {
                failingSince = 0;
                yield new PostgresView.WriteProbe.Passed(
                        Duration.ofMillis(w.took().toMillis()));
            }
            case WriteProbe.Result.Hung h ->
                new PostgresView.WriteProbe.Hanging(Duration.ofMillis(h.since().toMillis()));
            case WriteProbe.Result.Fails f -> {
                if (failingSince == 0) {
                    failingSince = System.nanoTime();
                }
                Duration since = Duration.ofNanos(System.nanoTime() - failingSince);
                yield new PostgresView.WriteProbe.Failed(f.message(), Duration.ofMillis(since.toMillis()));
            }
        };
    }
}
