package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;

/**
 * Whether the cluster has recovered: PostgreSQL itself is asked who streams from whom, and every coordinator whether it
 * agrees.
 */
final class Health {
    private static final Duration BOUND = Duration.ofSeconds(5);

    private final Connections connections;
    private final List<String> coordinatorUrls;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    Health(Connections connections, List<String> coordinatorUrls) {
        this.connections = connections;
        this.coordinatorUrls = List.copyOf(coordinatorUrls);
    }

    /** What is missing; empty when nothing is. */
    List<String> lacks() {
        List<String> lacking = new ArrayList<>();
        List<String> primaries = new ArrayList<>();
        for (Node node : connections.nodes()) {
            try (Connection connection = connections.asObserver(node, BOUND);
                    Statement statement = connection.createStatement()) {
                if (ask(statement, "SELECT pg_is_in_recovery()").equals("f")) {
                    primaries.add(node.name());
                    senders(node, statement, lacking);
                } else if (!ask(statement, "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'")
                        .equals("1")) {
                    lacking.add(node.name() + " does not stream");
                }
            } catch (SQLException e) {
                lacking.add(node.name() + " cannot be asked: " + firstLine(e));
            }
        }
        if (primaries.size() != 1) {
            lacking.add("primaries: " + primaries);
        }
        coordinatorUrls.forEach(url -> coordinator(url, lacking));
        return lacking;
    }

    /** Only true while nothing is {@link #lacks lacking}. */
    Node primary() throws SQLException {
        for (Node node : connections.nodes()) {
            try (Connection connection = connections.asObserver(node, BOUND);
                    Statement statement = connection.createStatement()) {
                if (ask(statement, "SELECT pg_is_in_recovery()").equals("f")) {
                    return node;
                }
            }
        }
        throw new SQLException("no node is a primary");
    }

    private void senders(Node node, Statement statement, List<String> lacking) throws SQLException {
        int wanted = connections.nodes().size() - 1;
        String streaming = ask(statement, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'");
        if (Integer.parseInt(streaming) < wanted) {
            lacking.add(streaming + " of " + wanted + " standbys stream from " + node.name());
        }
    }

    static String ask(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    private void coordinator(String url, List<String> lacking) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1/clusters/main"))
                    .timeout(BOUND)
                    .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                lacking.add(url + " answers " + response.statusCode());
            } else if (!SandboxUnderTest.JSON
                    .readTree(response.body())
                    .path("healthy")
                    .asBoolean(false)) {
                lacking.add(url + " does not call the cluster healthy");
            }
        } catch (IOException | JacksonException e) {
            lacking.add(url + " cannot be asked: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            lacking.add("interrupted");
        }
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
