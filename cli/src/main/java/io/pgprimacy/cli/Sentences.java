package io.pgprimacy.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Lines for people out of the coordinator's documents; a field that this version does not know is shown, not dropped. */
final class Sentences {
    private Sentences() {}

    /** One line: where in the log, when, what kind, and the sentence. */
    static String event(JsonNode event) {
        String ignored = ClusterView.text(event, "ignored")
                .map(why -> "  (changed nothing: " + why + ")")
                .orElse("");
        return "%6s  %s  %-9s %s%s"
                .formatted(
                        event.path("offset").asString("?"),
                        clock(event.path("time").asString("?")),
                        event.path("kind").asString("?"),
                        event.path("sentence").asString(event.toString()),
                        ignored);
    }

    /** With the time since the first one. */
    static String step(JsonNode step) {
        return "%6s ms  %s"
                .formatted(
                        step.path("millis").asString("?"), step.path("sentence").asString(step.toString()));
    }

    /** A whole document, indented; ready-made text in it comes as it is. */
    static List<String> document(JsonNode document) {
        List<String> lines = new ArrayList<>();
        if (document.isObject()) {
            fields(document, "", lines);
        } else {
            items(document, "", lines);
        }
        return lines;
    }

    private static void fields(JsonNode object, String indent, List<String> lines) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode value = field.getValue();
            String name = words(field.getKey());
            boolean hollow = value.isContainer() && value.isEmpty();
            if (value.isNull() || hollow) {
                continue;
            }
            if (value.isValueNode()) {
                lines.add(indent + name + ": " + value.asString(""));
            } else if (value.isObject()) {
                lines.add(indent + name + ":");
                fields(value, indent + "  ", lines);
            } else {
                lines.add(indent + name + ":");
                items(value, indent + "  ", lines);
            }
        }
    }

    private static void items(JsonNode array, String indent, List<String> lines) {
        if (array.isValueNode()) {
            lines.add(indent + array.asString(""));
            return;
        }
        for (JsonNode item : array) {
            if (item.isValueNode()) {
                lines.add(indent + "- " + item.asString(""));
                continue;
            }
            List<String> inner = new ArrayList<>();
            if (item.isObject()) {
                fields(item, indent + "  ", inner);
            } else {
                items(item, indent + "  ", inner);
            }
            if (!inner.isEmpty()) {
                lines.add(indent + "- " + inner.getFirst().strip());
                lines.addAll(inner.subList(1, inner.size()));
            }
        }
    }

    /** {@code lagBytes} reads "lag bytes". */
    static String words(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }

    /** The date is rarely of interest; whoever needs it takes --json. */
    private static String clock(String instant) {
        int time = instant.indexOf('T');
        return time < 0 ? instant : instant.substring(time + 1).replaceAll("(\\.\\d{3})\\d*", "$1");
    }
}
