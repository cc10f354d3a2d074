package io.pgprimacy.cli.patroni;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Why a setting of Patroni is left out; by the beginning of its path, the longest that fits. */
final class NoEquivalent {
    private static final Map<String, String> REASONS = reasons();

    private NoEquivalent() {}

    static String of(String path) {
        return REASONS.entrySet().stream()
                .filter(e -> path.equals(e.getKey()) || path.startsWith(e.getKey() + "."))
                .max(Comparator.comparingInt(e -> e.getKey().length()))
                .map(Map.Entry::getValue)
                .orElse("not known here; look whether you need it");
    }

    private static Map<String, String> reasons() {
        Map<String, String> all = new LinkedHashMap<>();
        String dcs = "the cluster log in Kafka takes its place";
        for (String store : List.of("etcd", "etcd3", "zookeeper", "consul", "exhibitor", "raft", "namespace")) {
            all.put(store, dcs);
        }
        all.put("kubernetes", dcs + "; pgprimacy has no Kubernetes objects");
        all.put("log", "agents log to stderr");
        all.put("ctl", "pgprimacy talks to the coordinators: --url or PGPRIMACY_URL");
        all.put("restapi", "the agent's port has no TLS and no other settings");
        all.put("watchdog.safety_margin", "the guard's deadline has its own margin");
        all.put("bootstrap.dcs.loop_wait", "heartbeats and leases are the profile's");
        all.put("bootstrap.dcs.retry_timeout", "heartbeats and leases are the profile's");
        all.put(
                "bootstrap.dcs.primary_start_timeout",
                "a primary that crashed is replaced at once where a standby is eligible");
        all.put(
                "bootstrap.dcs.master_start_timeout",
                "a primary that crashed is replaced at once where a standby is eligible");
        all.put("bootstrap.dcs.primary_stop_timeout", "the lease bounds how long a stop may take");
        all.put("bootstrap.dcs.master_stop_timeout", "the lease bounds how long a stop may take");
        all.put("bootstrap.dcs.check_timeline", "timelines are always compared");
        all.put("bootstrap.dcs.max_timelines_history", "the log keeps every change of primary");
        all.put(
                "bootstrap.dcs.maximum_lag_on_syncnode",
                "a synchronous set is a quorum: a slow standby is not waited for");
        all.put(
                "bootstrap.dcs.slots",
                "only members' slots are kept on every node; logical ones are lost with a primary");
        all.put("bootstrap.dcs.ignore_slots", "slots that pgprimacy did not make are left alone");
        all.put("bootstrap.dcs.member_slots_ttl", "a member's slot goes when it is removed");
        all.put("bootstrap.dcs.postgresql.use_slots", "slots are always used");
        all.put("bootstrap.dcs.postgresql.recovery_conf", "the agent writes what a standby needs");
        all.put("bootstrap.dcs.postgresql.pg_ident", "write pg_ident.conf yourself");
        String after = "of a new cluster only; do it once with psql";
        all.put("bootstrap.users", after);
        all.put("bootstrap.post_bootstrap", after);
        all.put("bootstrap.post_init", after);
        all.put(
                "bootstrap.initdb",
                "initdb is called by the agent, with checksums and UTF8; for other options run it yourself and adopt");
        all.put(
                "bootstrap.method",
                "a new cluster is made by initdb, adopted, or restored: pgprimacy create, pgprimacy restore");
        all.put("postgresql.pgpass", "the agent keeps its own");
        all.put("postgresql.authentication.rewind", "pg_rewind runs as postgres.user");
        all.put("postgresql.authentication.superuser", "certificates are not given to the agent's own connections");
        all.put("postgresql.callbacks", "there are none: follow the events, or /primary");
        all.put("postgresql.create_replica_methods", "standbys are filled from the repository or the primary");
        all.put("postgresql.basebackup", "standbys are filled from the repository or the primary");
        all.put("postgresql.custom_conf", "postgresql.conf is in the data directory");
        all.put("postgresql.config_dir", "postgresql.conf is in the data directory");
        all.put("postgresql.pg_ident", "write pg_ident.conf yourself");
        all.put("postgresql.recovery_conf", "the agent writes what a standby needs");
        all.put("postgresql.pg_ctl_timeout", "the lease bounds how long a stop may take");
        all.put("postgresql.use_unix_socket", "the agent connects by TCP");
        all.put("postgresql.use_unix_socket_repl", "members connect by TCP");
        all.put("postgresql.proxy_address", "clients know the members, or a proxy that asks /primary");
        all.put(
                "postgresql.remove_data_directory_on_rewind_failure",
                "a node that cannot be rewound is rebuilt; its WAL is saved before");
        all.put(
                "postgresql.remove_data_directory_on_diverged_timelines",
                "a node that cannot be rewound is rebuilt; its WAL is saved before");
        return all;
    }
}
