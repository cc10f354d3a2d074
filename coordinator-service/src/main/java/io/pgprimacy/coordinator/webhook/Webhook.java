package io.pgprimacy.coordinator.webhook;

import io.pgprimacy.core.id.ClusterId;
import java.net.URI;
import java.util.Set;

/**
 * One receiver.
 *
 * @param name unique among the webhooks of an installation: its place in each log is remembered under it
 * @param clusters names of those it hears of; empty: all
 */
public record Webhook(String name, URI url, Secret secret, EventChoice events, Set<String> clusters) {
    public Webhook {
        clusters = Set.copyOf(clusters);
    }

    boolean hearsOf(ClusterId cluster) {
        return clusters.isEmpty() || clusters.contains(cluster.value());
    }
}
