package io.pgprimacy.systemtests.chaos;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/** How clients and the observer connect. */
final class Connections {
    /** A client gives up on an answer after this, and counts the outcome as unknown. */
    static final Duration ANSWER_BOUND = Duration.ofSeconds(3);

    private final List<Node> nodes;
    private final Optional<String> observerAddress;

    Connections(List<Node> nodes, Optional<String> observerAddress) {
        this.nodes = List.copyOf(nodes);
        this.observerAddress = observerAddress;
    }

    List<Node> nodes() {
        return nodes;
    }

    Node node(String name) {
        return nodes.stream()
                .filter(n -> n.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no host " + name));
    }

    String nameOf(int port) {
        return nodes.stream()
                .filter(n -> n.port() == port)
                .map(Node::name)
                .findFirst()
                .orElse("port " + port);
    }

    /** As an application would: all hosts in the URL, and the driver finds the primary among them. */
    Connection asClient() throws SQLException {
        Properties properties = common(ANSWER_BOUND);
        properties.setProperty("targetServerType", "primary");
        // By default the driver would believe for 10 s what it once knew of a host.
        properties.setProperty("hostRecheckSeconds", "0");
        String hosts = nodes.stream().map(Node::endpoint).collect(Collectors.joining(","));
        return DriverManager.getConnection("jdbc:postgresql://" + hosts + "/postgres", properties);
    }

    /** To one node, from the address that no fault touches. */
    Connection asObserver(Node node, Duration bound) throws SQLException {
        Properties properties = common(bound);
        observerAddress.ifPresent(address -> properties.setProperty("localSocketAddress", address));
        return DriverManager.getConnection("jdbc:postgresql://" + node.endpoint() + "/postgres", properties);
    }

    private static Properties common(Duration bound) {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("connectTimeout", "1");
        properties.setProperty("socketTimeout", Long.toString(Math.max(1, bound.toSeconds())));
        properties.setProperty("tcpNoDelay", "true");
        properties.setProperty("sslmode", "disable");
        properties.setProperty("gssEncMode", "disable");
        return properties;
    }
}
