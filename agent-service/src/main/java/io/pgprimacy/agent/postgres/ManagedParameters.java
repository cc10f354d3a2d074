package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.id.NodeId;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The parameters that pgprimacy sets on every member: those that it must own to keep its promises, and starting values
 * for those that only need to be sensible, which the cluster's configuration may override.
 */
public final class ManagedParameters {
    /** Set by commands of their own, so a change of the others leaves them as they are. */
    static final Set<String> LINK = Set.of("primary_conninfo", "primary_slot_name", "synchronous_standby_names");

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("wal_level", "replica"),
            Map.entry("max_wal_senders", "16"),
            Map.entry("max_replication_slots", "16"),
            Map.entry("wal_keep_size", "128MB"),
            Map.entry("wal_receiver_timeout", "10s"),
            Map.entry("wal_sender_timeout", "10s"));

    private static final Set<String> ARCHIVERS = Set.of("archive_mode", "archive_command", "archive_library");

    private ManagedParameters() {}

    /** What must not be overridden, by this instance's settings. */
    static Map<String, String> owned(InstanceSettings settings) {
        Map<String, String> owned = new TreeMap<>();
        owned.put("listen_addresses", settings.host());
        owned.put("port", Integer.toString(settings.port()));
        owned.put("unix_socket_directories", settings.socketDirectory().toString());
        owned.put("cluster_name", settings.node().value());
        owned.put("hot_standby", "on");
        // Without it (or checksums) pg_rewind refuses, and an old primary could only come back by a full copy.
        owned.put("wal_log_hints", "on");
        owned.put("recovery_target_timeline", "latest");
        // The position that a standby reports is evidence in a failover.
        owned.put("wal_receiver_status_interval", "1s");
        owned.put("wal_retrieve_retry_interval", "200ms");
        return owned;
    }

    /** All parameters but those of {@link #LINK}; what the user sets wins over defaults, never over what is owned. */
    static SortedMap<String, String> merge(InstanceSettings settings, Map<String, String> fromUser) {
        SortedMap<String, String> merged = new TreeMap<>(DEFAULTS);
        settings.walGate().filter(_ -> !isArchivedOtherwise(fromUser)).ifPresent(gate -> {
            merged.put("archive_mode", "on");
            merged.put("archive_command", gate.archiveCommand());
        });
        fromUser.forEach((name, value) -> {
            if (!LINK.contains(name)) {
                merged.put(name, value);
            }
        });
        if ("minimal".equals(merged.get("wal_level"))) {
            merged.put("wal_level", "replica");
        }
        merged.putAll(owned(settings));
        return merged;
    }

    /** Who archives by means of his own goes on doing so, undisturbed. */
    public static boolean isArchivedOtherwise(Map<String, String> fromUser) {
        return !Collections.disjoint(fromUser.keySet(), ARCHIVERS);
    }

    /** {@code ANY k (...)}: any k of them must have flushed. Empty for none, which is asynchronous. */
    public static String anyOf(int count, Collection<NodeId> standbys) {
        // Quoted: a name with '-' is no identifier.
        return standbys.isEmpty()
                ? ""
                : standbys.stream()
                        .sorted()
                        .map(node -> '"' + node.value() + '"')
                        .collect(Collectors.joining(",", "ANY " + count + " (", ")"));
    }
}
