package io.pgprimacy.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was chosen when the sandbox was made; kept in {@code sandbox.json}. Clusters may be added; nothing that is there is changed, so that a host
 * that comes back finds the same ports.
 *
 * @param cluster the first one, which the sandbox makes by itself
 * @param hosts of all clusters
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
        Kafka kafka,
        List<Coordinator> coordinators,
        List<Host> hosts,
        Optional<Storage> storage) {

    /**
     * Each broker is one of the controllers, too: with three of them, any one may be lost.
     *
     * @param clusterId as Kafka makes its ids; what all brokers' data directories are formatted with
     */
    public record Kafka(String clusterId, List<Broker> brokers) {
        public Kafka {
            brokers = List.copyOf(brokers);
        }

        boolean isReplicated() {
            return brokers.size() > 1;
        }

        List<String> controllers() {
            return brokers.stream().map(b -> b.place().at(b.controllerPort())).toList();
        }
    }

    /** @param id Kafka's node id */
    public record Broker(int id, String name, Place place, int port, int controllerPort) {
        Unit unit() {
            return new Unit(name, Kind.KAFKA, place, port);
        }
    }

    public record Coordinator(String name, Place place, int port) {
        public String url() {
            return "http://" + place.at(port);
        }
    }

    public record Host(String cluster, String name, Place place, int postgresPort, int agentPort) {
        /** Where clients find its PostgreSQL. */
        public String postgresEndpoint() {
            return place.at(postgresPort);
        }
    }

    /** An S3 endpoint with one bucket, and the storage service that holds its credentials. */
    public record Storage(Unit s3, Unit service) {
        public static final String BUCKET = "backups";

        static Storage at(Place s3, int s3Port, Place service, int servicePort) {
            return new Storage(
                    new Unit("s3", Kind.S3, s3, s3Port), new Unit("storage", Kind.STORAGE, service, servicePort));
        }

        public String s3Url() {
            return "http://" + s3.endpoint();
        }

        public String url() {
            return "http://" + service.endpoint();
        }

        List<Unit> units() {
            return List.of(s3, service);
        }
    }

    public Spec {
        coordinators = List.copyOf(coordinators);
        hosts = List.copyOf(hosts);
    }

    /** All of them, the first one first. */
    public List<String> clusters() {
        return Stream.concat(Stream.of(cluster), hosts.stream().map(Host::cluster))
                .distinct()
                .toList();
    }

    /** Those of one cluster. */
    public List<Host> hosts(String of) {
        return hosts.stream().filter(h -> h.cluster().equals(of)).toList();
    }

    Spec with(List<Host> more) {
        return new Spec(
                cluster,
                profile,
                sync,
                automaticFailovers,
                osUser,
                postgresBin,
                runtimeDir,
                kafka,
                coordinators,
                Stream.concat(hosts.stream(), more.stream()).toList(),
                storage);
    }

    public List<Unit> brokerUnits() {
        return kafka.brokers().stream().map(Broker::unit).toList();
    }

    public List<Unit> coordinatorUnits() {
        return coordinators.stream()
                .map(c -> new Unit(c.name(), Kind.COORDINATOR, c.place(), c.port()))
                .toList();
    }

    public List<Unit> agentUnits() {
        return hosts.stream()
                .map(h -> new Unit(h.name(), Kind.AGENT, h.place(), h.agentPort()))
                .toList();
    }

    public List<Unit> storageUnits() {
        return storage.map(Storage::units).orElse(List.of());
    }

    /** In the order in which they depend on one another. */
    public List<Unit> units() {
        List<Unit> all = new ArrayList<>();
        all.addAll(brokerUnits());
        all.addAll(storageUnits());
        all.addAll(coordinatorUnits());
        all.addAll(agentUnits());
        return all;
    }

    public Optional<Unit> unit(String name) {
        return units().stream().filter(u -> u.name().equals(name)).findFirst();
    }

    public String bootstrapServers() {
        return brokerUnits().stream().map(Unit::endpoint).collect(Collectors.joining(","));
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
                        kafka.brokers().stream().flatMap(b -> Stream.of(b.port(), b.controllerPort())),
                        coordinators.stream().map(Coordinator::port),
                        hosts.stream().flatMap(h -> Stream.of(h.postgresPort(), h.agentPort())),
                        storageUnits().stream().map(Unit::port))
                .flatMap(ports -> ports)
                .toList();
    }
}
