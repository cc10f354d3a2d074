package io.pgprimacy.core.cluster;

/** Standing of a node that has been heard of. */
public enum Membership {
    ANNOUNCED,
    MEMBER,
    REFUSED,
    REMOVED
}
