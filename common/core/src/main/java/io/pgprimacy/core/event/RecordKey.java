package io.pgprimacy.core.event;

/** The compaction key: a later record with the same key replaces an earlier one. */
public final class RecordKey {
    private RecordKey() {}

    /**
     * Heartbeats share one key for each run of their writer: a late one of a dead agent must not bury the longer lease that its successor has
     * claimed. Facts: the node, kind, and what they are about, so that stating a fact again, as every idempotent action does, does not grow the
     * log. Requests: their id. A decision has a key of its own with each append: of two with one sequence the first one counts, so one that
     * counted must never give way to a later copy of it.
     *
     * @param id of the record, unique among those of its writer
     */
    public static String of(String id, ClusterEvent event) {
        return switch (event) {
            case Heartbeat h -> of(h);
            case Fact f -> of(f);
            case Request r -> "request/" + r.id();
            case Decision d ->
                "decision/" + d.basis().sequence() + "/" + d.basis().coordinator() + "/" + id;
        };
    }

    public static String of(Heartbeat heartbeat) {
        return switch (heartbeat) {
            case Heartbeat.NodeHeartbeat h -> "heartbeat/" + h.node() + "/" + h.incarnation();
            case Heartbeat.CoordinatorPulse p -> "pulse/" + p.coordinator();
        };
    }

    public static String of(Fact fact) {
        return "fact/" + fact.node() + "/" + fact.getClass().getSimpleName() + "/" + fact.about();
    }
}
