package io.pgprimacy.agent.postgres;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parameters that a hot standby needs at least as large as its primary has them; with less it does not start ("insufficient
 * parameter settings"). What the primary has is in {@code pg_control}, also on the standby.
 */
final class RequiredMinimums {
    /** Parameter, and its label in the output of {@code pg_controldata}. */
    private static final Map<String, String> LABELS = new TreeMap<>(Map.of(
            "max_connections", "max_connections setting",
            "max_worker_processes", "max_worker_processes setting",
            "max_wal_senders", "max_wal_senders setting",
            "max_prepared_transactions", "max_prepared_xacts setting",
            "max_locks_per_transaction", "max_locks_per_xact setting"));

    private static final Duration BOUND = Duration.ofSeconds(10);

    private RequiredMinimums() {}

    /** Options for a start that would fail without them; empty where the configuration is large enough. */
    static List<String> options(PostgresInstance instance) {
        Map<String, String> control = ControlData.values(instance.controlDataText());
        List<String> options = new ArrayList<>();
        LABELS.forEach((parameter, label) -> {
            long needed = number(control.getOrDefault(label, "0")).orElse(0L);
            if (configured(instance, parameter).filter(has -> has < needed).isPresent()) {
                options.addAll(List.of("-c", parameter + "=" + needed));
            }
        });
        return options;
    }

    private static Optional<Long> configured(PostgresInstance instance, String parameter) {
        List<String> command = new ArrayList<>(instance.serverCommand());
        command.addAll(List.of("-C", parameter));
        var result = instance.runner().run(command, BOUND);
        return result.succeeded() ? number(result.output().strip()) : Optional.empty();
    }

    private static Optional<Long> number(String text) {
        return text.matches("\\d{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
