package io.pgprimacy.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The options of a cluster that begins with stored data, and the end of it. */
class StoredOrigin {
    static final Duration ANSWER = Duration.ofMinutes(1);

    @Option(
            names = "--incarnation",
            paramLabel = "N",
            description = "Which life of the cluster to restore; default: the newest in the bucket.")
    @Nullable
    Integer incarnation;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "fast, normal, cross-zone or wan; default: normal, whatever the cluster had.")
    String profile = "normal";

    @Option(names = "--sync", description = "A commit waits for any one standby.")
    boolean sync;

    /** Returns the part about the data, for what else there is to say of it. */
    final ObjectNode fill(ObjectNode body, GoalOptions goal, @Nullable String node) {
        if (node != null) {
            body.put("first", node);
        }
        ObjectNode config = body.putObject("config");
        config.put("profile", profile);
        config.put("sync", sync);
        ObjectNode data = body.putObject("data");
        goal.fill(data);
        if (incarnation != null) {
            data.put("incarnation", incarnation);
        }
        return data;
    }

    /**
     * The first node serves; the others, that have announced themselves, are admitted and filled by themselves.
     *
     * @param what is there then, as a sentence without its end
     */
    final void awaitAll(App app, CoordinatorClient client, Duration patience, long begun, boolean json, String what) {
        long announced = ClusterView.of(client).members().stream()
                .filter(m -> !m.path("membership").asString("").equals("refused"))
                .count();
        ClusterView view = new HealthWait(app, client, Math.toIntExact(announced)).await(patience);
        String took = Durations.text(Duration.ofNanos(System.nanoTime() - begun));
        if (!json) {
            app.out()
                    .println(what + " after " + took + ": "
                            + view.primary().orElse("-") + " serves, "
                            + (view.members().size() - 1)
                            + " standbys stream; its first backup is taken by itself (pgprimacy backups)");
        }
    }
}
