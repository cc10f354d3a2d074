package io.pgprimacy.log;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The last line of an export: without it the file is only the beginning of one.
 *
 * @param records lines before this one
 * @param through offset of the last record; -1 where there is none
 * @param head of the {@link RecordChain}
 */
public record ExportTrailer(String cluster, long records, long through, String head) {
    public String write() {
        ObjectNode line = ExportLine.JSON.createObjectNode();
        line.put("end", true);
        line.put("cluster", cluster);
        line.put("records", records);
        line.put("through", through);
        line.put("head", head);
        return ExportLine.JSON.writeValueAsString(line);
    }

    /** Empty where the line is another one. */
    static Optional<ExportTrailer> parse(JsonNode line) {
        if (!line.path("end").asBoolean(false)) {
            return Optional.empty();
        }
        return Optional.of(new ExportTrailer(
                line.path("cluster").asString(""),
                line.path("records").asLong(-1),
                line.path("through").asLong(-1),
                line.path("head").asString("")));
    }
}
