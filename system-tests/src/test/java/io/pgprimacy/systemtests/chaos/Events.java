package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.systemtests.SandboxUnderTest;
import io.pgprimacy.systemtests.chaos.history.Allowances.SavedWal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What the cluster says of itself, counted.
 *
 * @param failovers terms opened because a primary was gone
 * @param switchovers begun on request
 * @param fenced primaries that were stopped because their lease was not renewed, by agent or guard
 * @param quarantined nodes that wait for a person
 */
record Events(int failovers, int switchovers, int fenced, int quarantined, List<SavedWal> saved, List<String> story) {
    static final Events NONE = new Events(0, 0, 0, 0, List.of(), List.of());

    Events {
        saved = List.copyOf(saved);
        story = List.copyOf(story);
    }

    static Events of(List<JsonNode> events) {
        int failovers = 0;
        int switchovers = 0;
        // An agent states it until it has read it back: the same stop may be there more than once.
        Set<String> fenced = new HashSet<>();
        int quarantined = 0;
        List<SavedWal> saved = new ArrayList<>();
        List<String> story = new ArrayList<>();
        for (JsonNode each : events) {
            JsonNode event = each.path("event");
            switch (SandboxUnderTest.nameOf(each)) {
                case "FailoverOpened" -> failovers++;
                case "SwitchoverStarted" -> switchovers++;
                case "NodeQuarantined" -> quarantined++;
                case "DiscardedWalSaved" -> saved.add(saved(event));
                case "PrimaryStopped" -> {
                    String cause = event.path("cause").asString("");
                    if (cause.equals("LEASE_NOT_RENEWED") || cause.equals("KILLED_BY_GUARD")) {
                        fenced.add(event.path("node").asString("")
                                + event.path("term").asLong());
                    }
                }
                default -> {}
            }
            story.add("%s %6d %s %s: %s"
                    .formatted(
                            each.path("time").asString(""),
                            each.path("offset").asLong(),
                            each.path("writer").asString(""),
                            SandboxUnderTest.nameOf(each),
                            each.path("sentence").asString("")));
        }
        return new Events(failovers, switchovers, fenced.size(), quarantined, saved, story);
    }

    private static SavedWal saved(JsonNode event) {
        return new SavedWal(
                event.path("node").asString(""),
                event.path("timeline").asLong(),
                lsn(event.path("from").asString("0/0")),
                lsn(event.path("to").asString("0/0")),
                event.path("transactions").asLong());
    }

    static long lsn(String text) {
        String[] halves = text.split("/");
        return Long.parseLong(halves[0], 16) << 32 | Long.parseLong(halves[1], 16);
    }
}
