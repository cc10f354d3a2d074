package io.pgprimacy.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was chosen when the sandbox was made; kept in {@code sandbox.json} and never changed afterwards, so that a host
 * that comes back finds the same ports.
 *
 * @param automaticFailovers S8's limit per 30 minutes
 * @param osUser who runs PostgreSQL, when that is not the user who runs the sandbox
 * @param runtimeDir on tmpfs, for the guards: what it says must not outlive the machine's uptime
 */
public record Spec(
        String cluster,
        String profile,
        boolean sync,
        int automaticFailovers,
        Optional<String> osUser,
        Path postgresBin,
        Path runtimeDir,
        Broker broker,
        List<Coordinator> coordinators,
        List<Host> hosts) {

    public record Broker(int port, int controllerPort) {}

    public record Coordinator(String name, int port) {
        public String url() {
            return "http://127.0.0.1:" + port;
        }
    }

    public record Host(String name, int postgresPort, int agentPort) {}

    public Spec {
        coordinators = List.copyOf(coordinators);
        hosts = List.copyOf(hosts);
    }

    public Unit brokerUnit() {
        return new Unit("kafka", Kind.KAFKA, broker.port());
    }

    public List<Unit> coordinatorUnits() {
        return coordinators.stream()
                .map(c -> new Unit(c.name(), Kind.COORDINATOR, c.port()))
                .toList();
    }

    public List<Unit> agentUnits() {
        return hosts.stream()
                .map(h -> new Unit(h.name(), Kind.AGENT, h.agentPort()))
                .toList();
    }

    /** In the order in which they depend on one another. */
    public List<Unit> units() {
        List<Unit> all = new ArrayList<>();
        all.add(brokerUnit());
        all.addAll(coordinatorUnits());
        all.addAll(agentUnits());
        return all;
    }

    public Optional<Unit> unit(String name) {
        return units().stream().filter(u -> u.name().equals(name)).findFirst();
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + broker.port();
    }

    public List<String> coordinatorUrls() {
        return coordinators.stream().map(Coordinator::url).toList();
    }

    public Path guardDir(String host) {
        return runtimeDir.resolve(host);
    }

    /** Every port, for the check that none of them is taken. */
    public List<Integer> ports() {
        return Stream.of(
                        Stream.of(broker.port(), broker.controllerPort()),
                        coordinators.stream().map(Coordinator::port),
                        hosts.stream().flatMap(h -> Stream.of(h.postgresPort(), h.agentPort())))
                .flatMap(ports -> ports)
                .toList();
    }
}
