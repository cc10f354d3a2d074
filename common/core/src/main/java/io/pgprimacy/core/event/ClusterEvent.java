package io.pgprimacy.core.event;

/** What a record of the cluster log says. Heartbeats are superseded by later ones; the rest is kept for ever. */
public sealed interface ClusterEvent permits Heartbeat, Fact, Request, Decision {}
