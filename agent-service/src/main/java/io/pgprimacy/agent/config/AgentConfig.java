package io.pgprimacy.agent.config;

import io.pgprimacy.agent.logging.LogFormat;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What an operator writes in {@code agent.properties}.
 *
 * @param kafka properties for the Kafka clients; {@code bootstrap.servers} is among them
 * @param postgresHost under which the other members and clients reach this PostgreSQL
 * @param postgresListen addresses that PostgreSQL listens on
 * @param osUser runs PostgreSQL's programs when the agent itself is root
 * @param hba lines put before all others of pg_hba.conf
 * @param runtimeDirectory of the guard; on a tmpfs
 * @param storage empty where this node takes no backups
 * @param operatorsFile names who may ask for changes at the agent's port; empty: nobody
 * @param peersSecretFile holds what the agents of one cluster sign their messages to each other with (S11)
 */
public record AgentConfig(
        ClusterId cluster,
        NodeId node,
        Map<String, String> kafka,
        Path postgresBin,
        Path postgresData,
        int postgresPort,
        String postgresHost,
        String postgresListen,
        Optional<String> osUser,
        String adminUser,
        Optional<String> adminPassword,
        List<String> hba,
        String apiListen,
        int apiPort,
        Path stateDirectory,
        Optional<Path> runtimeDirectory,
        Optional<Path> watchdog,
        Optional<Path> peersSecretFile,
        Optional<Path> operatorsFile,
        LocalTags tags,
        LogFormat logFormat,
        Optional<StorageConfig> storage) {

    private static final int PATRONI_PORT = 8008;
    private static final String OTHER_TAGS = "tags.other.";

    public AgentConfig {
        hba = List.copyOf(hba);
    }

    /** Reads a properties file; a key that is not known is an error, because a misspelt one would silently do nothing. */
    public static AgentConfig read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new ConfigurationFailure(
                    "configuration " + file + " cannot be read: " + e.getMessage(),
                    "Give the path of an agent.properties as the only argument.");
        }
        TreeMap<String, String> values = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(key -> values.put(key, properties.getProperty(key).strip()));
        return new Parser(file, values).parse();
    }

    private static final class Parser {
        private final Path file;
        private final SortedMap<String, String> values;
        private final TreeSet<String> unused;

        Parser(Path file, SortedMap<String, String> values) {
            this.file = file;
            this.values = values;
            this.unused = new TreeSet<>(values.keySet());
        }

        AgentConfig parse() {
            AgentConfig config = new AgentConfig(
                    required("cluster", ClusterId::new),
                    required("node", NodeId::new),
                    kafka(),
                    required("postgres.bin", Path::of),
                    required("postgres.data", Path::of),
                    number("postgres.port", 5432),
                    required("postgres.host", Function.identity()),
                    optional("postgres.listen", Function.identity()).orElse("*"),
                    optional("postgres.os.user", Function.identity()),
                    optional("postgres.user", Function.identity()).orElse("postgres"),
                    optional("postgres.password", Function.identity()),
                    numbered("postgres.hba."),
                    optional("api.listen", Function.identity()).orElse("0.0.0.0"),
                    number("api.port", PATRONI_PORT),
                    required("state.dir", Path::of),
                    optional("runtime.dir", Path::of),
                    optional("watchdog", Path::of),
                    optional("peers.secret.file", Path::of),
                    optional("api.operators.file", Path::of),
                    tags(),
                    optional("log.format", LogFormat::parse).orElse(LogFormat.TEXT),
                    storage());
            if (!unused.isEmpty()) {
                throw new ConfigurationFailure(
                        file + " has settings that are not known: " + unused,
                        "Look for a misspelling; docs/reference/agent.md lists all of them.");
            }
            return config;
        }

        private LocalTags tags() {
            NodeTags ofLog = new NodeTags(flag("nofailover"), number("tags.failover_priority", 1));
            boolean noloadbalance = flag("noloadbalance");
            TreeMap<String, String> others = new TreeMap<>();
            values.tailMap(OTHER_TAGS).entrySet().stream()
                    .takeWhile(e -> e.getKey().startsWith(OTHER_TAGS))
                    .forEach(e -> others.put(e.getKey().substring(OTHER_TAGS.length()), e.getValue()));
            others.keySet().forEach(name -> unused.remove(OTHER_TAGS + name));
            try {
                return new LocalTags(ofLog, noloadbalance, others);
            } catch (IllegalArgumentException e) {
                throw new ConfigurationFailure(
                        file + ": " + e.getMessage(), "Take it out; docs/reference/agent.md lists what tags do here.");
            }
        }

        private boolean flag(String tag) {
            return optional("tags." + tag, Boolean::parseBoolean).orElse(false);
        }

        /** All or nothing: half of it would be found out at the first backup. */
        private Optional<StorageConfig> storage() {
            if (values.keySet().stream().noneMatch(key -> key.startsWith("storage."))) {
                return Optional.empty();
            }
            return Optional.of(new StorageConfig(
                    required("storage.url", StorageConfig::url),
                    required("storage.token.file", StorageConfig::readable),
                    required("storage.master.keys.file", StorageConfig::readable),
                    required("storage.worker.lib", StorageConfig::directory),
                    number("storage.backup.workers", 2),
                    number("storage.backup.rate.mb", 0),
                    optional("storage.backup.source", BackupSource::parse).orElse(BackupSource.AUTO),
                    optional("storage.backup.learn", Boolean::parseBoolean).orElse(false),
                    optional("storage.wal.archive", Boolean::parseBoolean).orElse(true),
                    optional("storage.drill.directory", StorageConfig::directory)));
        }

        private Map<String, String> kafka() {
            TreeMap<String, String> kafka = new TreeMap<>();
            values.forEach((key, value) -> {
                if (key.startsWith("kafka.")) {
                    unused.remove(key);
                    kafka.put(key.substring("kafka.".length()), value);
                }
            });
            if (!kafka.containsKey("bootstrap.servers")) {
                throw missing("kafka.bootstrap.servers");
            }
            return kafka;
        }

        private List<String> numbered(String prefix) {
            return values.tailMap(prefix).entrySet().stream()
                    .takeWhile(e -> e.getKey().startsWith(prefix))
                    .peek(e -> unused.remove(e.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        private int number(String key, int otherwise) {
            return optional(key, Integer::parseInt).orElse(otherwise);
        }

        private <T> T required(String key, Function<String, T> parser) {
            return optional(key, parser).orElseThrow(() -> missing(key));
        }

        private <T> Optional<T> optional(String key, Function<String, T> parser) {
            unused.remove(key);
            try {
                return Optional.ofNullable(values.get(key))
                        .filter(v -> !v.isEmpty())
                        .map(parser);
            } catch (IllegalArgumentException e) {
                throw new ConfigurationFailure(
                        "setting " + key + " of " + file + " is wrong: " + e.getMessage(),
                        "Correct it and start the agent again.");
            }
        }

        private ConfigurationFailure missing(String key) {
            return new ConfigurationFailure(
                    "setting " + key + " is missing in " + file, "Add it and start the agent again.");
        }
    }
}
