package io.pgprimacy.core.loop;

import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.promise.PromiseRequest;

/** The other members' agents, reached without the log. */
public interface Peers {
    /** Sends it and returns at once; an answer, if one comes, is handed to {@link NodeLoop#answered}. */
    void ask(NodeId member, Endpoint endpoint, PromiseRequest request);
}
