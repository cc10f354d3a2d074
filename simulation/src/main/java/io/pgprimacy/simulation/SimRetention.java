package io.pgprimacy.simulation;

import io.pgprimacy.core.cluster.RetentionOrder;
import io.pgprimacy.core.event.RetentionOutcome;
import io.pgprimacy.core.event.RetentionReport;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.loop.RetentionWork;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The storage service as one coordinator process sees it: it takes a second or so, and fails now and then. Dies with the process. */
final class SimRetention implements RetentionWork {
    private static final RetentionOutcome.Amount NONE = new RetentionOutcome.Amount(0, 0);

    private final SimProcess process;
    private long begun;
    private Optional<RetentionReport> report = Optional.empty();

    SimRetention(SimProcess process) {
        this.process = process;
    }

    @Override
    public Optional<RetentionReport> hold(ClusterId cluster, Optional<RetentionOrder> order) {
        if (order.isEmpty()) {
            begun = 0;
            report = Optional.empty();
        } else if (begun != order.get().ordered()) {
            begun = order.get().ordered();
            report = Optional.empty();
            long mine = begun;
            process.after((1 + mine % 3) * World.SECOND / 2, () -> {
                if (begun == mine) {
                    report = Optional.of(outcome(mine));
                }
            });
        }
        return report;
    }

    private static RetentionReport outcome(long ordered) {
        return ordered % 5 == 0
                ? new RetentionReport.Failed(ordered, "the store is away")
                : new RetentionReport.Applied(
                        ordered,
                        new RetentionOutcome(new TreeMap<>(), List.of(), List.of(), List.of("backup"), NONE, NONE));
    }
}
