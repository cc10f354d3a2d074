package io.pgprimacy.agent.backup;

import io.pgprimacy.agent.postgres.ScratchDirectory;
import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Fact.DrillCompleted.Check;
import io.pgprimacy.core.id.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Drills. */
record DrillTrade(NodeId node, ScratchDirectory scratch) implements Trade<DrillOrder> {
    /** A check of one large table says nothing for hours. */
    private static final Duration STUCK_AFTER = Duration.ofHours(24);

    @Override
    public String name() {
        return "drill";
    }

    @Override
    public Duration stuckAfter() {
        return STUCK_AFTER;
    }

    @Override
    public Fact started(WorkerLine line, long ordered) {
        return new Fact.DrillStarted(node, ordered, line.text("backup"), line.number("bytes"));
    }

    @Override
    public Fact progressed(WorkerLine line, long ordered, Duration took) {
        return new Fact.DrillProgressed(node, ordered, line.text("step"), line.number("bytes"), took);
    }

    @Override
    public Fact completed(WorkerLine line, long ordered, List<String> leftOut) {
        List<Check> checks = new ArrayList<>();
        for (JsonNode each : line.content().path("checks")) {
            WorkerLine check = new WorkerLine("check", each);
            checks.add(new Check(
                    check.text("name"), Duration.ofMillis(check.number("millis")), check.optional("skipped")));
        }
        return new Fact.DrillCompleted(
                node,
                ordered,
                line.text("backup"),
                Duration.ofMillis(line.number("restoredMillis")),
                Duration.ofMillis(line.number("recoveredMillis")),
                line.number("bytes"),
                checks,
                Instant.parse(line.text("at")));
    }

    @Override
    public Fact failed(WorkerLine line, long ordered) {
        return new Fact.DrillFailed(node, ordered, line.optional("backup"), line.because());
    }

    @Override
    public Fact failed(long ordered, String reason) {
        return new Fact.DrillFailed(node, ordered, Optional.empty(), reason);
    }

    @Override
    public void cleanUp() {
        scratch.remove();
    }
}
