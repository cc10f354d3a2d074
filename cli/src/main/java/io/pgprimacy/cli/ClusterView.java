package io.pgprimacy.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** A cluster as the coordinator describes it, for people. */
record ClusterView(JsonNode document) {

    static ClusterView of(CoordinatorClient client) {
        return new ClusterView(client.get(""));
    }

    /** @param answer for how long the coordinators may take */
    static ClusterView of(CoordinatorClient client, Duration answer) {
        return new ClusterView(client.get("", answer));
    }

    boolean healthy() {
        return document.path("healthy").asBoolean(false);
    }

    Optional<String> primary() {
        return text(document, "primary");
    }

    List<JsonNode> members() {
        return children(document.path("members")).toList();
    }

    List<String> problems() {
        return children(document.path("problems"))
                .map(problem -> problem.isString() ? problem.asString() : sentence(problem))
                .toList();
    }

    private static String sentence(JsonNode problem) {
        return text(problem, "message").or(() -> text(problem, "detail")).orElse(problem.toString());
    }

    void print(PrintStream out) {
        out.println("cluster " + document.path("cluster").asString("?")
                + "   term " + document.path("term").asString("-")
                + "   primary " + primary().orElse("none")
                + "   " + condition());
        Table table = new Table("NAME", "ROLE", "STATE", "ADDRESS", ">TL", ">RECEIVED", ">REPLAYED", ">LAG");
        for (JsonNode member : members()) {
            table.row(
                    member.path("name").asString("?"),
                    text(member, "role").orElse("-"),
                    text(member, "state").orElse("-"),
                    address(member).orElse("-"),
                    text(member, "timeline").orElse("-"),
                    text(member, "receivedLsn").orElse("-"),
                    text(member, "replayedLsn").orElse("-"),
                    lag(member));
        }
        table.print(out);
        problems().forEach(problem -> out.println("problem: " + problem));
        children(document.path("notes")).forEach(note -> out.println("note: " + note.asString("")));
    }

    /** "healthy", or what keeps it from being so. */
    String condition() {
        if (document.path("paused").asBoolean(false)) {
            return "paused: nothing is automatic until pgprimacy resume";
        }
        if (document.path("halted").asBoolean(false)) {
            return "halted: automatic failovers wait for a person (pgprimacy reset-automation)";
        }
        return healthy() ? "healthy" : "NOT HEALTHY (" + text(document, "phase").orElse("no phase") + ")";
    }

    /** One line that changes whenever something of interest does. */
    String summary() {
        StringBuilder members = new StringBuilder();
        for (JsonNode member : members()) {
            members.append(members.isEmpty() ? "" : ", ")
                    .append(member.path("name").asString("?"))
                    .append(' ')
                    .append(text(member, "role").orElse("?"))
                    .append('/')
                    .append(text(member, "state").orElse("?"));
        }
        return text(document, "phase").orElse("?") + ": " + (members.isEmpty() ? "no members yet" : members);
    }

    static Optional<String> address(JsonNode member) {
        return text(member, "host")
                .flatMap(host -> text(member, "port")
                        .map(port -> host.contains(":") ? "[" + host + "]:" + port : host + ":" + port));
    }

    static Optional<String> text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isValueNode() && !value.isNull() && !value.asString("").isEmpty()
                ? Optional.of(value.asString(""))
                : Optional.empty();
    }

    static Stream<JsonNode> children(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }

    private static String lag(JsonNode member) {
        JsonNode bytes = member.path("lagBytes");
        return bytes.isNumber() ? bytes(bytes.asLong(0)) : "-";
    }

    static String bytes(long count) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double amount = count;
        int unit = 0;
        while (Math.abs(amount) >= 1024 && unit < units.length - 1) {
            amount /= 1024;
            unit++;
        }
        return unit == 0 ? count + " B" : "%.1f %s".formatted(amount, units[unit]);
    }
}
