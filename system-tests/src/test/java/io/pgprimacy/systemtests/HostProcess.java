package io.pgprimacy.systemtests;

import tools.jackson.databind.JsonNode;

/** A line of {@code sandbox ps --json}; {@code port} is 0 where it has none. */
public record HostProcess(String host, String kind, long pid, int port, String url, String dataDir, String log) {
    static HostProcess of(JsonNode node) {
        return new HostProcess(
                node.path("host").asString(""),
                node.path("kind").asString(""),
                node.path("pid").asLong(0),
                node.path("port").asInt(0),
                node.path("url").asString(""),
                node.path("dataDir").asString(""),
                node.path("log").asString(""));
    }
}
