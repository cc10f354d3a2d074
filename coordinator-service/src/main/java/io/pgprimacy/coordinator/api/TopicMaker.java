package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.id.ClusterId;

/** Makes the topic for a new cluster's log; one that is there already is checked and left as it is. */
@FunctionalInterface
public interface TopicMaker {
    void make(ClusterId cluster);
}
