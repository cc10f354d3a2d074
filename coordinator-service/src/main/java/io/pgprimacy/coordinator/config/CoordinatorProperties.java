package io.pgprimacy.coordinator.config;

import io.pgprimacy.log.ClusterTopics.Durability;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The service's settings, {@code pgprimacy.*}.
 *
 * @param coordinatorId unique among the coordinators of one Kafka; appears in every decision. Default: host name and process id
 * @param sandbox true: weak topics are warned about instead of refused
 * @param ownershipSession how long a coordinator may be silent before its clusters go to others
 */
@ConfigurationProperties("pgprimacy")
public record CoordinatorProperties(
        @DefaultValue("") String coordinatorId,
        @DefaultValue("false") boolean sandbox,
        @DefaultValue Kafka kafka,
        @DefaultValue Topic topic,
        @DefaultValue Storage storage,
        @DefaultValue LogArchive logArchive,
        @DefaultValue Operators operators,
        @DefaultValue Map<String, Webhook> webhooks,
        @DefaultValue("3s") Duration ownershipSession) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    /** @param properties client properties for the connection, such as security settings */
    public record Kafka(
            @DefaultValue("") String bootstrapServers,
            @DefaultValue Map<String, String> properties) {
        public Kafka {
            if (bootstrapServers.isBlank()) {
                throw new IllegalArgumentException("pgprimacy.kafka.bootstrap-servers is missing: host:port,...");
            }
            properties = new TreeMap<>(properties);
        }
    }

    /** Of the topics that this coordinator creates; 0 takes what fits: 3 and 2, in a sandbox 1 and 1. */
    public record Topic(
            @DefaultValue("0") short replicationFactor,
            @DefaultValue("0") short minInsyncReplicas) {
        public Topic {
            if (replicationFactor < 0 || minInsyncReplicas < 0 || minInsyncReplicas > replicationFactor) {
                throw new IllegalArgumentException("pgprimacy.topic.min-insync-replicas (" + minInsyncReplicas
                        + ") must be between 0 and pgprimacy.topic.replication-factor (" + replicationFactor + ")");
            }
        }
    }

    /**
     * The storage service, which knows what backups there are.
     *
     * @param tokens what it asks for, by cluster, to show the catalog
     * @param operatorToken with which it pins, and lets backups go; empty: it cannot
     */
    public record Storage(
            @DefaultValue("") String url,
            @DefaultValue Map<String, String> tokens,
            @DefaultValue("") String operatorToken) {
        public Storage {
            tokens = new TreeMap<>(tokens);
            if (!url.isEmpty() && !url.matches("https?://[^/]+.*")) {
                throw new IllegalArgumentException("pgprimacy.storage.url '" + url + "' is no http or https address");
            }
        }

        /** Without the secrets. */
        @Override
        public String toString() {
            return url;
        }
    }

    /**
     * How soon a cluster's log is in the object store, too: when its oldest record that is not there is that old, or that many wait.
     */
    public record LogArchive(
            @DefaultValue("15m") Duration every,
            @DefaultValue("1000") int records) {
        private static final int MOST_RECORDS = 100_000;

        public LogArchive {
            if (every.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException(
                        "pgprimacy.log-archive.every " + every + " is shorter than a second");
            }
            if (records < 1 || records > MOST_RECORDS) {
                throw new IllegalArgumentException(
                        "pgprimacy.log-archive.records " + records + " must be 1 to " + MOST_RECORDS);
            }
        }
    }

    /**
     * @param file names who may ask for changes; empty: nobody may
     * @param reads open: whoever reaches the port may look; closed: operators only
     */
    public record Operators(
            @DefaultValue("") String file,
            @DefaultValue("open") Reads reads) {
        public enum Reads {
            OPEN,
            CLOSED
        }
    }

    /**
     * A receiver of what happens; its name is the key.
     *
     * @param secretFile holds what it is signed with
     * @param events kinds, names or types; empty: what somebody who is on call wants to know
     * @param clusters empty: all
     */
    public record Webhook(
            @DefaultValue("") String url,
            @DefaultValue("") String secretFile,
            @DefaultValue List<String> events,
            @DefaultValue List<String> clusters) {}

    public CoordinatorProperties {
        webhooks = new TreeMap<>(webhooks);
        coordinatorId = coordinatorId.isBlank() ? hostAndProcess() : coordinatorId;
        if (!ID.matcher(coordinatorId).matches()) {
            throw new IllegalArgumentException("pgprimacy.coordinator-id '" + coordinatorId
                    + "' must be 1-63 characters of letters, digits, '.', '_' and '-'");
        }
        if (ownershipSession.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "pgprimacy.ownership-session " + ownershipSession + " is shorter than a second");
        }
    }

    public Durability durability() {
        Durability fallback = sandbox ? Durability.SANDBOX : Durability.PRODUCTION;
        return topic.replicationFactor() == 0
                ? fallback
                : new Durability(topic.replicationFactor(), (short) Math.max(1, topic.minInsyncReplicas()));
    }

    private static String hostAndProcess() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "coordinator";
        }
        return host + "-" + ProcessHandle.current().pid();
    }
}
