package io.pgprimacy.cli.patroni;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a patroni.yml is here.
 *
 * @param config the cluster's configuration, as the coordinators take it
 * @param settings of the node's {@code agent.properties}, in their order; an empty value is one that a person must give
 * @param notes what is different, or has no equivalent, by the setting's path
 */
public record PatroniImport(
        String cluster, String node, ObjectNode config, Map<String, String> settings, List<Note> notes) {
    public PatroniImport {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        notes = List.copyOf(notes);
    }

    public record Note(String setting, String why) {}

    /** Throws {@link NotPatroni}. */
    public static PatroniImport of(String text) {
        PatroniFile file = PatroniFile.parse(text);
        for (String needed : List.of("scope", "name", "postgresql")) {
            if (!file.has(needed)) {
                throw new NotPatroni("it has no " + needed + ", which every patroni.yml has");
            }
        }
        if (file.has("bootstrap.dcs.standby_cluster")) {
            throw new NotPatroni(
                    "it is of a standby cluster, and there are none here: as an ordinary cluster it would accept writes");
        }
        if (file.has("citus")) {
            throw new NotPatroni("it is of a Citus cluster, whose coordinator and workers pgprimacy does not know");
        }
        List<Note> notes = new ArrayList<>();
        PatroniNode node = new PatroniNode(file, notes);
        Map<String, String> settings = node.settings();
        ObjectNode config = new PatroniCluster(file, notes).config();
        for (String left : file.left()) {
            notes.add(new Note(left, NoEquivalent.of(left)));
        }
        return new PatroniImport(
                settings.getOrDefault("cluster", ""), settings.getOrDefault("node", ""), config, settings, notes);
    }
}
