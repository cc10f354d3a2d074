package io.pgprimacy.systemtests;

import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** {@code list --json}. */
public record ClusterNow(
        String cluster, long term, String primary, boolean healthy, List<Member> members, JsonNode document) {
    public record Member(String name, String role, String state, int port, long timeline, JsonNode document) {}

    static ClusterNow of(JsonNode node) {
        List<Member> members = StreamSupport.stream(node.path("members").spliterator(), false)
                .map(m -> new Member(
                        m.path("name").asString(""),
                        m.path("role").asString(""),
                        m.path("state").asString(""),
                        m.path("port").asInt(0),
                        m.path("timeline").asLong(0),
                        m))
                .toList();
        return new ClusterNow(
                node.path("cluster").asString(""),
                node.path("term").asLong(0),
                node.path("primary").asString(""),
                node.path("healthy").asBoolean(false),
                members,
                node);
    }

    public Member member(String name) {
        return members.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no member " + name + " in " + document));
    }

    public int primaryPort() {
        return member(primary).port();
    }

    public List<String> standbys() {
        return members.stream()
                .map(Member::name)
                .filter(n -> !n.equals(primary))
                .toList();
    }
}
