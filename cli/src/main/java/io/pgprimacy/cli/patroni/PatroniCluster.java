package io.pgprimacy.cli.patroni;

import io.pgprimacy.cli.patroni.PatroniImport.Note;
import io.pgprimacy.core.config.TimingProfile;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What concerns the cluster, most of it below {@code bootstrap.dcs}. */
final class PatroniCluster {
    private static final String DCS = "bootstrap.dcs.";
    private static final long USUAL_TTL = 30;

    /** The agent sets them itself, whatever anybody says. */
    private static final Set<String> OWNED = Set.of(
            "listen_addresses",
            "port",
            "unix_socket_directories",
            "cluster_name",
            "hot_standby",
            "wal_log_hints",
            "recovery_target_timeline",
            "wal_receiver_status_interval",
            "wal_retrieve_retry_interval",
            "primary_conninfo",
            "primary_slot_name",
            "synchronous_standby_names");

    private final PatroniFile file;
    private final List<Note> notes;
    private final ObjectNode config = JsonMapper.shared().createObjectNode();

    PatroniCluster(PatroniFile file, List<Note> notes) {
        this.file = file;
        this.notes = notes;
    }

    ObjectNode config() {
        timing();
        synchronous();
        file.number(DCS + "maximum_lag_on_failover").ifPresent(bytes -> config.put("maximumLagOnFailover", bytes));
        rejoin();
        parameters();
        file.flag(DCS + "pause")
                .filter(Boolean::booleanValue)
                .ifPresent(p -> note(DCS + "pause", "pause it here too: pgprimacy pause"));
        return config;
    }

    private void timing() {
        long ttl = file.number(DCS + "ttl").orElse(USUAL_TTL);
        if (ttl < 1) {
            throw new NotPatroni(DCS + "ttl is " + ttl + " seconds");
        }
        String profile = ttl == USUAL_TTL
                ? name(TimingProfile.NORMAL)
                : Arrays.stream(TimingProfile.values())
                        .filter(p -> p.timing().lease().compareTo(Duration.ofSeconds(ttl)) <= 0)
                        .max(Comparator.comparing(p -> p.timing().lease()))
                        .map(PatroniCluster::name)
                        .orElse(name(TimingProfile.FAST));
        config.put("profile", profile);
        note(
                DCS + "ttl",
                "profile " + profile
                        + (ttl == USUAL_TTL ? ", as ttl is the usual one" : ", the slowest within " + ttl + " s")
                        + "; a lease is renewed through Kafka and needs no ttl of half a minute");
    }

    private static String name(TimingProfile profile) {
        return profile.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void synchronous() {
        String mode = file.text(DCS + "synchronous_mode").orElse("off");
        boolean on = !Set.of("off", "false", "no", "0").contains(mode);
        if (on && !Set.of("on", "true", "yes", "1", "quorum").contains(mode)) {
            throw new NotPatroni(DCS + "synchronous_mode is neither on, off nor quorum: " + mode);
        }
        boolean strict = file.flag(DCS + "synchronous_mode_strict").orElse(false);
        long count = file.number(DCS + "synchronous_node_count").orElse(1L);
        config.put("sync", on);
        if (on) {
            config.put("acknowledgements", count);
            config.put("strict", strict);
            if (!mode.equals("quorum")) {
                note(
                        DCS + "synchronous_mode",
                        "a quorum, ANY " + count + " of all standbys, not a list of chosen ones");
            }
        }
    }

    private void rejoin() {
        boolean rewind = file.flag(DCS + "postgresql.use_pg_rewind")
                .or(() -> file.flag("postgresql.use_pg_rewind"))
                .orElse(false);
        config.put("rejoin", rewind ? "rewind" : "rebuild");
    }

    /** Those of this node's file too: in Patroni they win on this node. */
    private void parameters() {
        Map<String, String> all = new TreeMap<>(file.texts(DCS + "postgresql.parameters"));
        Map<String, String> local = file.texts("postgresql.parameters");
        if (!local.isEmpty()) {
            note(
                    "postgresql.parameters",
                    "parameters are the cluster's here: those of this node are taken for all, and must be the same in the other members' files");
        }
        all.putAll(local);
        ObjectNode parameters = config.putObject("parameters");
        all.forEach((name, value) -> {
            if (OWNED.contains(name)) {
                note("parameters." + name, "the agent sets it");
            } else if (name.equals("wal_level") && value.equals("hot_standby")) {
                parameters.put(name, "replica");
            } else {
                parameters.put(name, value);
            }
        });
        if (all.containsKey("archive_command") || all.containsKey("archive_library")) {
            note("parameters.archive_command", "goes on as it is; take it out for pgprimacy's own WAL archive");
        }
    }

    private void note(String setting, String why) {
        notes.add(new Note(setting, why));
    }
}
