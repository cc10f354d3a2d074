package io.pgprimacy.cli.patroni;

import io.pgprimacy.cli.patroni.PatroniImport.Note;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What concerns this node: its agent's settings. */
final class PatroniNode {
    private static final String USUAL_PORT = "5432";
    private static final String USUAL_API_PORT = "8008";
    private static final List<String> TAGS_WITHOUT_EFFECT =
            List.of("clonefrom", "replicatefrom", "nosync", "sync_priority", "nostream");

    private final PatroniFile file;
    private final List<Note> notes;
    private final Map<String, String> settings = new LinkedHashMap<>();

    PatroniNode(PatroniFile file, List<Note> notes) {
        this.file = file;
        this.notes = notes;
    }

    Map<String, String> settings() {
        settings.put("cluster", named("scope", text -> new ClusterId(text).value()));
        settings.put("node", named("name", text -> new NodeId(text).value()));
        settings.put("kafka.bootstrap.servers", "");
        postgres();
        hba();
        api();
        settings.put("state.dir", "/var/lib/pgprimacy");
        settings.put("peers.secret.file", "/etc/pgprimacy/peers.secret");
        file.flag("bootstrap.dcs.failsafe_mode")
                .ifPresent(
                        on -> note(
                                "bootstrap.dcs.failsafe_mode",
                                on
                                        ? "the members' promises, for which peers.secret.file is there"
                                        : "on here by peers.secret.file; without that file an outage of Kafka stops the primary"));
        watchdog();
        tags();
        return settings;
    }

    private String named(String path, Function<String, String> check) {
        String given = file.text(path).orElseThrow(() -> new NotPatroni(path + " is empty"));
        String name = checked(path, given.toLowerCase(Locale.ROOT).replaceAll("[_.]", "-"), check);
        if (!name.equals(given)) {
            note(path, given + " is " + name + " here");
        }
        return name;
    }

    private static String checked(String path, String name, Function<String, String> check) {
        try {
            return check.apply(name);
        } catch (IllegalArgumentException e) {
            throw new NotPatroni(path + " cannot be a name here: " + e.getMessage(), e);
        }
    }

    private void postgres() {
        settings.put("postgres.bin", file.text("postgresql.bin_dir").orElse(""));
        String data =
                file.text("postgresql.data_dir").orElseThrow(() -> new NotPatroni("postgresql.data_dir is missing"));
        if (!data.startsWith("/")) {
            note("postgresql.data_dir", "is relative to where Patroni is started; write the whole path");
        }
        settings.put("postgres.data", data);
        Address connect = Address.of(
                "postgresql.connect_address",
                file.text("postgresql.connect_address")
                        .orElseThrow(() -> new NotPatroni("postgresql.connect_address is missing")),
                USUAL_PORT);
        settings.put("postgres.port", connect.port());
        settings.put("postgres.host", connect.host());
        file.text("postgresql.listen").ifPresent(listen -> {
            Address address = Address.of("postgresql.listen", listen, connect.port());
            if (!address.port().equals(connect.port())) {
                throw new NotPatroni("PostgreSQL listens on port " + address.port() + " and is reached on port "
                        + connect.port() + "; the agent knows one port");
            }
            boolean several = address.host().contains(",") || address.host().equals("*");
            settings.put("postgres.listen", several ? "0.0.0.0" : address.host());
            if (several) {
                note("postgresql.listen", "one address that serves both: 0.0.0.0");
            }
        });
        file.text("postgresql.authentication.superuser.username").ifPresent(u -> settings.put("postgres.user", u));
        file.text("postgresql.authentication.superuser.password").ifPresent(p -> settings.put("postgres.password", p));
        if (file.has("postgresql.authentication.replication")) {
            file.texts("postgresql.authentication.replication");
            note(
                    "postgresql.authentication.replication",
                    "members replicate as postgres.user: let it in for the database replication in pg_hba.conf");
        }
    }

    /** The one that Patroni would write: this node's, else the cluster's, else that of the bootstrap. */
    private void hba() {
        List<String> lines = List.of();
        for (String path : List.of("bootstrap.pg_hba", "bootstrap.dcs.postgresql.pg_hba", "postgresql.pg_hba")) {
            List<String> here = file.lines(path);
            lines = here.isEmpty() ? lines : here;
        }
        for (int i = 0; i < lines.size(); i++) {
            settings.put("postgres.hba.%03d".formatted(i + 1), lines.get(i));
        }
    }

    private void api() {
        file.text("restapi.listen").ifPresent(listen -> {
            Address address = Address.of("restapi.listen", listen, USUAL_API_PORT);
            settings.put("api.listen", address.host().equals("*") ? "0.0.0.0" : address.host());
            settings.put("api.port", address.port());
        });
        file.text("restapi.connect_address").ifPresent(connect -> {
            Address address = Address.of("restapi.connect_address", connect, USUAL_API_PORT);
            if (!address.host().equals(settings.get("postgres.host"))) {
                note("restapi.connect_address", "agent and PostgreSQL are reached under one host here: postgres.host");
            }
        });
        if (file.has("restapi.authentication")) {
            file.texts("restapi.authentication");
            settings.put("api.operators.file", "/etc/pgprimacy/operators");
            note("restapi.authentication", "put name:password, 12 characters or more, into that file");
        }
    }

    private void watchdog() {
        String mode = file.text("watchdog.mode").orElse("off");
        String device = file.text("watchdog.device").orElse("/dev/watchdog");
        if (!mode.equals("off")) {
            settings.put("watchdog", device);
        }
    }

    private void tags() {
        Map<String, String> tags = file.texts("tags");
        tags.forEach((name, value) -> {
            boolean off = value.equals("off") || value.equals("0");
            if (TAGS_WITHOUT_EFFECT.contains(name)) {
                if (!off) {
                    note("tags." + name, "does nothing here, so the agent would refuse it");
                }
            } else if (name.equals("nofailover") || name.equals("noloadbalance")) {
                settings.put("tags." + name, Boolean.toString(!off));
            } else if (name.equals("failover_priority")) {
                settings.put("tags.failover_priority", value);
            } else {
                settings.put("tags.other." + name, value.equals("on") ? "true" : value.equals("off") ? "false" : value);
            }
        });
    }

    private void note(String setting, String why) {
        notes.add(new Note(setting, why));
    }

    private record Address(String host, String port) {
        static Address of(String path, String text, String otherwise) {
            int colon = text.lastIndexOf(':');
            boolean port = colon >= 0 && !text.substring(colon + 1).contains("]");
            Address address = port
                    ? new Address(text.substring(0, colon).replaceAll("[\\[\\]]", ""), text.substring(colon + 1))
                    : new Address(text, otherwise);
            if (address.host().isBlank() || !address.port().matches("[1-9][0-9]{0,4}")) {
                throw new NotPatroni(path + " is no address: " + text);
            }
            return address;
        }
    }
}
