package io.pgprimacy.core.cluster;

/** Standing of a node that has been heard of. */
public enum Membership {
    ANNOUNCED,
    MEMBER,
    /** A member that has been silent for so long that a primary keeps its lease without its promise; it cannot be chosen (S11). */
    SUSPENDED,
    REFUSED,
    REMOVED
}
