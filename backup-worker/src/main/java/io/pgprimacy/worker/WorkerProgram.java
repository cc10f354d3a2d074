package io.pgprimacy.worker;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** What the worker's programs have in common: one argument, exit codes, and JSON lines on standard output. */
final class WorkerProgram {
    static final int FAILED = 1;
    private static final int WRONG_USE = 2;
    /** Agents start it in the locale C, in which nothing but ASCII comes through. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private WorkerProgram() {}

    /** Makes a plan of settings. */
    @FunctionalInterface
    interface Planner<P> {
        P plan(WorkerSettings settings) throws IOException;
    }

    /** Ends the process where it was not called as it wants to be. */
    static <P> P plan(String[] arguments, String usage, Set<String> known, Planner<P> planner) {
        if (arguments.length != 1) {
            throw wrongUse("usage: " + usage + ", or - for standard input");
        }
        try {
            return planner.plan(WorkerSettings.read(arguments[0], known));
        } catch (IOException | IllegalArgumentException e) {
            throw wrongUse(arguments[0] + ": " + e.getMessage());
        }
    }

    private static IllegalStateException wrongUse(String complaint) {
        System.err.println(complaint);
        System.exit(WRONG_USE);
        return new IllegalStateException(complaint);
    }

    static synchronized void say(String event, Map<String, ?> details) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.putAll(details);
        System.out.println(JSON.writeValueAsString(line));
    }
}
