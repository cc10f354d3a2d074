package io.pgprimacy.log;

import java.util.List;
import java.util.stream.Collectors;

/** A cluster's topic is refused; nothing has been written to it. */
public final class WeakTopicException extends RuntimeException {
    private final List<TopicWeakness> weaknesses;

    WeakTopicException(String topic, List<TopicWeakness> weaknesses) {
        super("topic " + topic + " cannot hold a cluster log: "
                + weaknesses.stream().map(TopicWeakness::sentence).collect(Collectors.joining("; ")));
        this.weaknesses = List.copyOf(weaknesses);
    }

    public List<TopicWeakness> weaknesses() {
        return weaknesses;
    }
}
