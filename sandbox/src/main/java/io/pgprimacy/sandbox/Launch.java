package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command lines and configuration files of what the sandbox starts. */
final class Launch {
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            // A failover runs code that has hardly run before; compiled after tens of calls instead of hundreds, the
            // first
            // ones take half the time.
            "-XX:CompileThresholdScaling=0.1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private final Layout layout;
    private final Spec spec;
    private final Programs programs;

    Launch(Layout layout, Spec spec, Programs programs) {
        this.layout = layout;
        this.spec = spec;
        this.programs = programs;
    }

    /** Writes the start script of a unit, and the configuration that it names, into its directory. */
    void write(Unit unit) throws IOException {
        List<String> command =
                switch (unit.kind()) {
                    case KAFKA -> broker(unit);
                    case COORDINATOR -> coordinator(unit);
                    case AGENT -> agent(unit);
                    case S3 -> storageLaunch().s3(unit);
                    case STORAGE -> storageLaunch().service(unit);
                    case GUARD, POSTGRES, WORKER, KEEPER ->
                        throw new IllegalArgumentException("not started by the sandbox: " + unit);
                };
        StartScript.write(layout, unit, command);
    }

    private Path brokerConfig(Spec.Broker broker) {
        return layout.unitDir(broker.unit()).resolve("server.properties");
    }

    Path brokerData(Spec.Broker broker) {
        return layout.unitDir(broker.unit()).resolve("data");
    }

    private List<String> broker(Unit unit) throws IOException {
        Spec.Broker broker = spec.kafka().brokers().stream()
                .filter(b -> b.name().equals(unit.name()))
                .findFirst()
                .orElseThrow();
        Path config = brokerConfig(broker);
        Files.writeString(config, lines(brokerProperties(broker)));
        return jvm(
                unit,
                List.of("-Xmx256m", "-Dorg.slf4j.simpleLogger.showDateTime=true"),
                "kafka.Kafka",
                config.toString());
    }

    private Map<String, String> brokerProperties(Spec.Broker broker) {
        String address = broker.place().at(broker.port());
        String controller = broker.place().at(broker.controllerPort());
        Map<String, String> p = new LinkedHashMap<>();
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(broker.id()));
        p.put(
                "controller.quorum.bootstrap.servers",
                String.join(",", spec.kafka().controllers()));
        p.put("listeners", "PLAINTEXT://" + address + ",CONTROLLER://" + controller);
        p.put("advertised.listeners", "PLAINTEXT://" + address);
        p.put("controller.listener.names", "CONTROLLER");
        p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("inter.broker.listener.name", "PLAINTEXT");
        p.put("log.dirs", brokerData(broker).toString());
        p.put("auto.create.topics.enable", "false");
        p.put("unclean.leader.election.enable", "false");
        // As in production where there are three brokers; the topics of a single one cannot be replicated.
        String replicas = spec.kafka().isReplicated() ? "3" : "1";
        String inSync = spec.kafka().isReplicated() ? "2" : "1";
        p.put("default.replication.factor", replicas);
        p.put("min.insync.replicas", inSync);
        p.put("offsets.topic.replication.factor", replicas);
        p.put("transaction.state.log.replication.factor", replicas);
        p.put("transaction.state.log.min.isr", inSync);
        p.put("share.coordinator.state.topic.replication.factor", replicas);
        p.put("share.coordinator.state.topic.min.isr", inSync);
        // docs/reference/kafka-settings.md says why, setting by setting.
        p.put("broker.session.timeout.ms", "1500");
        p.put("broker.heartbeat.interval.ms", "300");
        p.put("controller.quorum.fetch.timeout.ms", "1000");
        p.put("controller.quorum.election.timeout.ms", "500");
        p.put("controller.quorum.election.backoff.max.ms", "200");
        p.put("controller.quorum.request.timeout.ms", "1000");
        p.put("replica.lag.time.max.ms", "2000");
        p.put("controlled.shutdown.enable", "true");
        // Few partitions keep it small.
        p.put("offsets.topic.num.partitions", "4");
        p.put("transaction.state.log.num.partitions", "2");
        // Coordinators notice each other's death by the group's session; the default allows no less than 6 s.
        p.put("group.min.session.timeout.ms", "1000");
        p.put("group.consumer.min.session.timeout.ms", "1000");
        p.put("group.consumer.min.heartbeat.interval.ms", "200");
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("log.cleaner.dedupe.buffer.size", "8388608");
        p.put("log.index.size.max.bytes", "1048576");
        return p;
    }

    /**
     * Formats as a member of the quorum of all brokers. The voters are written into the data directory ("dynamic quorum", the one
     * that Kafka recommends), so whoever replaces one can do it while the others run; with the older
     * {@code controller.quorum.voters} every broker's configuration would name them.
     */
    List<String> formatBroker(Spec.Broker broker) {
        String clusterId = spec.kafka().clusterId();
        String voters = spec.kafka().brokers().stream()
                .map(b -> b.id() + "@" + b.place().at(b.controllerPort()) + ":" + KafkaIds.directory(clusterId, b.id()))
                .collect(Collectors.joining(","));
        return jvm(
                Kind.KAFKA,
                false,
                List.of("-Xmx128m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
                "kafka.tools.StorageTool",
                "format",
                "--initial-controllers",
                voters,
                "-t",
                clusterId,
                "-c",
                brokerConfig(broker).toString());
    }

    private List<String> coordinator(Unit unit) throws IOException {
        List<String> command = new ArrayList<>(coordinatorAlone(unit));
        if (spec.storage().isPresent()) {
            command.add(storageLaunch().coordinatorOption(unit));
        }
        return command;
    }

    private List<String> coordinatorAlone(Unit unit) throws IOException {
        return jvm(
                unit,
                List.of("-Xmx256m"),
                "io.pgprimacy.coordinator.CoordinatorApplication",
                "--server.address=" + unit.place().address(),
                "--server.port=" + unit.port(),
                "--pgprimacy.kafka.bootstrap-servers=" + spec.bootstrapServers(),
                // Three brokers can keep what is asked of them in production, so there nothing less is tolerated
                // either.
                "--pgprimacy.sandbox=" + !spec.kafka().isReplicated(),
                "--pgprimacy.coordinator-id=" + unit.name(),
                "--pgprimacy.operators.file=" + operators());
    }

    private String operators() throws IOException {
        return Secrets.operators(layout.operators(), layout.operator()).toString();
    }

    private List<String> agent(Unit unit) throws IOException {
        Spec.Host host = spec.hosts().stream()
                .filter(h -> h.name().equals(unit.name()))
                .findFirst()
                .orElseThrow();
        Path config = layout.unitDir(unit).resolve("agent.properties");
        Files.writeString(config, lines(agentProperties(host)));
        return jvm(
                unit,
                List.of(
                        "-Xmx48m",
                        "-Xss512k",
                        "-XX:ReservedCodeCacheSize=24m",
                        "-Dorg.slf4j.simpleLogger.showDateTime=true"),
                "io.pgprimacy.agent.AgentMain",
                config.toString());
    }

    private Map<String, String> agentProperties(Spec.Host host) throws IOException {
        Map<String, String> p = new LinkedHashMap<>();
        p.put("cluster", host.cluster());
        p.put("node", host.name());
        p.put("kafka.bootstrap.servers", spec.bootstrapServers());
        p.put("postgres.bin", spec.postgresBin().toString());
        p.put("postgres.data", layout.dataDir(host.name()).toString());
        p.put("postgres.port", Integer.toString(host.postgresPort()));
        p.put("postgres.host", host.place().address());
        p.put("postgres.listen", host.place().address());
        spec.osUser().ifPresent(user -> p.put("postgres.os.user", user));
        p.put("postgres.user", "postgres");
        // Elsewhere than on the loopback address: whoever is in the same subnet.
        String neighbours = host.place().isLoopback() ? "127.0.0.1/32" : "samenet";
        p.put("postgres.hba.1", "host all,replication all " + neighbours + " trust");
        p.put("api.listen", host.place().address());
        p.put("api.port", Integer.toString(host.agentPort()));
        p.put("state.dir", layout.stateDir(host.name()).toString());
        p.put(
                "peers.secret.file",
                Secrets.random(layout.peersSecret(host.cluster())).toString());
        p.put("api.operators.file", operators());
        p.put("runtime.dir", spec.guardDir(host.name()).toString());
        p.put("tags.nofailover", "false");
        p.put("tags.failover_priority", "1");
        if (spec.storage().isPresent()) {
            p.putAll(storageLaunch().agentProperties(host.cluster()));
        }
        return p;
    }

    private StorageLaunch storageLaunch() {
        return new StorageLaunch(layout, spec.clusters(), spec.storage().orElseThrow(), this);
    }

    List<String> jvm(Unit unit, List<String> flags, String main, String... arguments) {
        boolean firstOfItsKind = spec.units().stream()
                .filter(other -> other.kind() == unit.kind())
                .findFirst()
                .equals(Optional.of(unit));
        return jvm(unit.kind(), firstOfItsKind, flags, main, arguments);
    }

    private List<String> jvm(Kind kind, boolean records, List<String> flags, String main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(programs.java().toString());
        command.addAll(JVM);
        command.addAll(flags);
        command.addAll(programs.quickstart(kind).flags(records));
        command.add("@" + Programs.classPath(layout.jars(kind)));
        command.add(main);
        Stream.of(arguments).forEach(command::add);
        return List.copyOf(command);
    }

    static String lines(Map<String, String> properties) {
        return properties.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
