package io.pgprimacy.core.event;

/**
 * What the operator has said of a node.
 *
 * @param nofailover never choose it
 * @param failoverPriority the higher is preferred among equally advanced ones; 0 means the same as nofailover
 */
public record NodeTags(boolean nofailover, int failoverPriority) {
    public static final NodeTags DEFAULT = new NodeTags(false, 1);

    public boolean mayBePrimary() {
        return !nofailover && failoverPriority > 0;
    }
}
