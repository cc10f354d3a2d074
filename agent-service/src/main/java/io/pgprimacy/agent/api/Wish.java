package io.pgprimacy.agent.api;

import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * What a request in Patroni's dialect asks for. Checked as far as this node can tell, in Patroni's words and with its status codes;
 * whether it is granted, the coordinators' rules decide.
 */
sealed interface Wish {
    Set<String> MOVES = Set.of("leader", "candidate", "member", "scheduled_at", "reason");
    Set<String> RESTART = Set.of("restart_pending", "role", "postgres_version", "timeout", "schedule", "reason");
    Set<String> RELOAD = Set.of("reason");
    Set<String> REINITIALIZE = Set.of("force", "from_leader", "reason");

    /** @param candidate whom it names, if anybody */
    record Ask(Request request, Optional<String> candidate) implements Wish {}

    record Refuse(int status, String because) implements Wish {}

    /** @param id of the request, should it become one */
    static Wish of(String path, JsonNode body, Snapshot now, Request.Origin origin, Supplier<String> id) {
        if (!now.caughtUp() || now.halted().isPresent()) {
            return new Refuse(503, "this agent has not read the whole log; ask another one");
        }
        if (now.state().config().isEmpty()) {
            return new Refuse(503, "cluster " + now.state().cluster() + " has not been created yet");
        }
        try {
            return switch (path) {
                case "/switchover" -> changeOfPrimary(false, new BodyFields(body, MOVES), now, origin, id);
                case "/failover" -> changeOfPrimary(true, new BodyFields(body, MOVES), now, origin, id);
                case "/restart" -> restart(new BodyFields(body, RESTART), now, origin, id);
                case "/reload" -> reload(new BodyFields(body, RELOAD), now, origin, id);
                case "/reinitialize" -> rebuild(new BodyFields(body, REINITIALIZE), now, origin, id);
                default -> new Refuse(501, "there is no such request");
            };
        } catch (IllegalArgumentException e) {
            return new Refuse(400, String.valueOf(e.getMessage()));
        }
    }

    private static Wish changeOfPrimary(
            boolean failover, BodyFields fields, Snapshot now, Request.Origin origin, Supplier<String> id) {
        Optional<String> leader = fields.text("leader");
        Optional<String> candidate = fields.text("candidate").or(() -> fields.text("member"));
        if (fields.text("scheduled_at").isPresent()) {
            return new Refuse(501, "pgprimacy schedules no change of primary; nothing was done");
        }
        if (failover && candidate.isEmpty()) {
            return new Refuse(400, "Failover could be performed only to a specific candidate");
        }
        if (!failover && leader.isEmpty()) {
            return new Refuse(400, "Switchover could be performed only from a specific leader");
        }
        if (leader.equals(candidate)) {
            return new Refuse(400, "Switchover target and source are the same");
        }
        if (leader.isPresent() && !leader.equals(primary(now))) {
            return new Refuse(412, "leader name does not match");
        }
        if (candidate.isPresent() && !isMember(now, candidate.get())) {
            return new Refuse(412, "candidate does not exist");
        }
        Optional<NodeId> to = candidate.map(NodeId::new);
        // As Patroni: who names the leader of a failover means a switchover.
        return new Ask(
                failover && leader.isEmpty()
                        ? new Request.FailoverRequested(id.get(), origin, to, false, false)
                        : new Request.SwitchoverRequested(id.get(), origin, to),
                candidate);
    }

    private static Wish rebuild(BodyFields fields, Snapshot now, Request.Origin origin, Supplier<String> id) {
        boolean fromLeader = fields.flag("from_leader");
        // Accepted and of no effect: a second order replaces the first one anyway.
        fields.flag("force");
        if (fromLeader) {
            return new Refuse(
                    501, "where a node is filled from cannot be chosen: the repository where it can, else the primary");
        }
        if (primary(now).equals(Optional.of(now.node().value()))) {
            return new Refuse(503, "I am the leader, can not reinitialize");
        }
        if (!isMember(now, now.node().value())) {
            return new Refuse(503, now.node() + " is not a member of the cluster");
        }
        return new Ask(new Request.RebuildRequested(id.get(), origin, now.node()), Optional.empty());
    }

    /** Patroni restarts a primary in place. Here no order stops one: a switchover does, and has another serve meanwhile. */
    private static Wish restart(BodyFields fields, Snapshot now, Request.Origin origin, Supplier<String> id) {
        if (fields.text("schedule").isPresent()) {
            return new Refuse(501, "pgprimacy schedules no restart; nothing was done");
        }
        if (fields.text("postgres_version").isPresent()
                || fields.text("timeout").isPresent()) {
            return new Refuse(501, "a restart has no postgres_version and no timeout here; nothing was done");
        }
        boolean leads = primary(now).equals(Optional.of(now.node().value()));
        Optional<String> role = fields.text("role");
        if (role.isPresent() && !role.get().equals(leads ? "primary" : "replica")) {
            return new Refuse(503, "restart conditions are not satisfied: the role is not " + role.get());
        }
        if (leads) {
            return new Refuse(503, "I am the leader; a switchover restarts my PostgreSQL, and loses nothing");
        }
        Optional<Node> self = now.state().node(now.node()).filter(Node::isMember);
        if (self.isEmpty()) {
            return new Refuse(503, now.node() + " is not a member of the cluster");
        }
        if (fields.flag("restart_pending")
                && self.get().facts().pendingRestarts().isEmpty()) {
            return new Refuse(503, "restart conditions are not satisfied: no parameter waits for it");
        }
        return new Ask(new Request.RestartRequested(id.get(), origin, now.node()), Optional.empty());
    }

    /** Patroni reads its own settings again, too; here those are read at the agent's start. */
    private static Wish reload(BodyFields fields, Snapshot now, Request.Origin origin, Supplier<String> id) {
        // It is known already; here it must be text.
        fields.text("reason");
        return isMember(now, now.node().value())
                ? new Ask(new Request.ReloadRequested(id.get(), origin, now.node()), Optional.empty())
                : new Refuse(503, now.node() + " is not a member of the cluster");
    }

    private static Optional<String> primary(Snapshot now) {
        return now.state().primary().map(Grant::node).map(NodeId::value);
    }

    private static boolean isMember(Snapshot now, String name) {
        return now.state().members().stream()
                .map(Node::id)
                .anyMatch(n -> n.value().equals(name));
    }
}
