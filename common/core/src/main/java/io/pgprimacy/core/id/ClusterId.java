package io.pgprimacy.core.id;

import java.util.regex.Pattern;

/** Name of a PostgreSQL cluster, unique in one Kafka; part of the topic's name. */
public record ClusterId(String value) implements Comparable<ClusterId> {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?");
    private static final String TOPIC_PREFIX = "pgprimacy.cluster.";

    public ClusterId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("cluster name '" + value
                    + "' must be 1-62 characters of a-z, 0-9 and '-', beginning and ending with a letter or digit");
        }
    }

    /** The topic that holds this cluster's log. */
    public String topic() {
        return TOPIC_PREFIX + value;
    }

    /** True where a topic of that name is a cluster log. */
    public static boolean isClusterTopic(String topic) {
        return topic.startsWith(TOPIC_PREFIX)
                && SHAPE.matcher(topic.substring(TOPIC_PREFIX.length())).matches();
    }

    /** The inverse of {@link #topic()}. */
    public static ClusterId ofTopic(String topic) {
        return new ClusterId(topic.substring(TOPIC_PREFIX.length()));
    }

    @Override
    public int compareTo(ClusterId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
