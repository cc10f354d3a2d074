package io.pgprimacy.core.event;

/** Where a node's PostgreSQL and agent are reached by the other members. */
public record Endpoint(String host, int postgresPort, int apiPort) {
    public String apiUrl() {
        return "http://" + host + ":" + apiPort;
    }
}
