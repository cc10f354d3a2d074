package io.pgprimacy.log;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How this process speaks to Kafka.
 *
 * @param bootstrapServers {@code host:port,...}
 * @param clientProperties what the installation needs besides, security above all; nothing that is set here can be overridden
 * @param writer who appends, as every record names it: {@code agent/<node>} or {@code coordinator/<id>}
 */
public record KafkaSettings(String bootstrapServers, SortedMap<String, String> clientProperties, String writer) {
    /** Nothing lands later than this after its append: an old heartbeat or decision is of no use, and only misleads. */
    public static final Duration APPEND_BOUND = Duration.ofSeconds(2);

    /** A broker that has not answered by then is treated as gone. Longer than a garbage collection, shorter than a lease. */
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(1);

    private static final Duration REBOOTSTRAP_AFTER = Duration.ofSeconds(10);

    public KafkaSettings {
        clientProperties = Collections.unmodifiableSortedMap(new TreeMap<>(clientProperties));
        for (String key : clientProperties.keySet()) {
            if (isOurs(key)) {
                throw new IllegalArgumentException("client property '" + key + "' cannot be set: the safety of the log,"
                        + " or the time in which a dead broker is noticed, depends on it");
            }
        }
    }

    public static KafkaSettings of(String bootstrapServers, String writer) {
        return new KafkaSettings(bootstrapServers, new TreeMap<>(), writer);
    }

    Map<String, Object> producer(Scale scale) {
        Map<String, Object> all = common("appender");
        // One heartbeat fits; a larger record gets a buffer of its own. The default, 16 KiB, is taken for each
        // partition
        // with a record under way, so that a fleet of a thousand would need 16 MiB for a thousand pulses.
        all.put("batch.size", 4096);
        all.put("buffer.memory", scale.bufferBytes);
        all.put("max.block.ms", millis(scale.appenderBlocks));
        all.putAll(clientProperties);
        all.putAll(appending());
        return all;
    }

    Map<String, Object> consumer(Scale scale) {
        Map<String, Object> all = common("reader");
        all.put("fetch.max.bytes", scale.fetchBytes);
        all.put("max.partition.fetch.bytes", 256 * 1024);
        all.put("max.poll.records", scale.pollRecords);
        all.putAll(clientProperties);
        all.putAll(reading());
        return all;
    }

    /** {@code patience}: for the whole of a call, retries included. */
    Map<String, Object> admin(Duration patience) {
        Map<String, Object> all = common("admin");
        all.put("default.api.timeout.ms", millis(patience));
        all.putAll(clientProperties);
        return all;
    }

    private static Map<String, Object> appending() {
        Map<String, Object> own = new TreeMap<>();
        // An append counts when it is on min.insync.replicas brokers; a leader's word alone dies with the leader.
        own.put("acks", "all");
        // A retry after a lost answer neither doubles a record nor swaps two: with this, up to 5 requests keep their
        // order.
        own.put("enable.idempotence", true);
        own.put("max.in.flight.requests.per.connection", 5);
        // Waiting for company would delay each heartbeat and decision.
        own.put("linger.ms", 0);
        own.put("delivery.timeout.ms", millis(APPEND_BOUND));
        // Records are small and rare; compression would cost more latency than it saves, and loads native code.
        own.put("compression.type", "none");
        return own;
    }

    private static Map<String, Object> reading() {
        Map<String, Object> own = new TreeMap<>();
        // Answered as soon as there is one byte; the wait only bounds an empty poll. Below ANSWER_BOUND, and longer
        // than the
        // usual time between two heartbeats: an answer with nothing in it wakes an idle agent in vain.
        own.put("fetch.min.bytes", 1);
        own.put("fetch.max.wait.ms", 600);
        // No group: every participant reads everything, from the beginning, and remembers nothing at the broker.
        own.put("enable.auto.commit", false);
        // A position that the log does not have means that it is not the log that was read before: never a silent jump.
        own.put("auto.offset.reset", "none");
        own.put("allow.auto.create.topics", false);
        // Nobody writes transactions here; this only keeps a stray open one from holding everybody up.
        own.put("isolation.level", "read_uncommitted");
        return own;
    }

    private Map<String, Object> common(String role) {
        Map<String, Object> all = new TreeMap<>(shared());
        all.put("bootstrap.servers", bootstrapServers);
        all.put("client.id", writer.replace('/', '-') + "-" + role);
        return all;
    }

    private static Map<String, Object> shared() {
        Map<String, Object> own = new TreeMap<>();
        own.put("request.timeout.ms", millis(ANSWER_BOUND));
        // A host that is gone answers no SYN; the default waits 10 to 30 s for it.
        own.put("socket.connection.setup.timeout.ms", millis(ANSWER_BOUND));
        own.put("socket.connection.setup.timeout.max.ms", millis(ANSWER_BOUND));
        // A leader that has just changed, or a broker that restarts, is found again within a fraction of a heartbeat.
        own.put("retry.backoff.ms", 20);
        own.put("retry.backoff.max.ms", 50);
        own.put("reconnect.backoff.ms", 20);
        own.put("reconnect.backoff.max.ms", 250);
        // None of the brokers that are known answers any more: the configured addresses are looked up anew, for brokers
        // may
        // have moved. The default waits five minutes for that.
        own.put("metadata.recovery.strategy", "rebootstrap");
        own.put("metadata.recovery.rebootstrap.trigger.ms", millis(REBOOTSTRAP_AFTER));
        // Our metrics come from LogListener; JMX beans and pushes to the broker only cost memory and requests.
        own.put("metric.reporters", "");
        own.put("enable.metrics.push", false);
        return own;
    }

    private static boolean isOurs(String key) {
        return appending().containsKey(key)
                || reading().containsKey(key)
                || shared().containsKey(key)
                || key.equals("bootstrap.servers")
                || key.equals("transactional.id")
                || key.equals("group.id");
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }

    /** What one process holds in memory at most, and waits for. */
    enum Scale {
        /** On a database host, in a heap of 32 MiB. */
        ONE_CLUSTER(2L << 20, 1 << 20, 500, Duration.ofSeconds(1)),
        /** A thousand clusters at a few records a second each. */
        FLEET(32L << 20, 8 << 20, 5_000, Duration.ofMillis(500));

        private final long bufferBytes;
        private final int fetchBytes;
        private final int pollRecords;

        /** How long the first append to a topic may hold up those to others, while the brokers are asked where it is. */
        private final Duration appenderBlocks;

        Scale(long bufferBytes, int fetchBytes, int pollRecords, Duration appenderBlocks) {
            this.bufferBytes = bufferBytes;
            this.fetchBytes = fetchBytes;
            this.pollRecords = pollRecords;
            this.appenderBlocks = appenderBlocks;
        }
    }
}
