package io.pgprimacy.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The options of a cluster that comes back from its repository alone, and the end of it. */
final class FromBucket {
    static final Duration ANSWER = Duration.ofMinutes(1);

    @Option(
            names = "--from-bucket",
            required = true,
            description = "Make the cluster anew on hosts whose agents have empty directories; its log is a new one.")
    boolean asked;

    @Option(
            names = "--incarnation",
            paramLabel = "N",
            description = "Which life of the cluster to restore; default: the newest in the bucket.")
    @Nullable
    Integer incarnation;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "fast, normal, cross-zone or wan; default: normal. The configuration was in the log.")
    String profile = "normal";

    @Option(names = "--sync", description = "A commit waits for any one standby.")
    boolean sync;

    void fill(ObjectNode body, String to, boolean exclusive, @Nullable String backup, @Nullable String node) {
        if (node != null) {
            body.put("first", node);
        }
        ObjectNode config = body.putObject("config");
        config.put("profile", profile);
        config.put("sync", sync);
        ObjectNode data = body.putObject("data");
        data.put("to", to);
        data.put("exclusive", exclusive);
        if (backup != null) {
            data.put("backup", backup);
        }
        if (incarnation != null) {
            data.put("incarnation", incarnation);
        }
    }

    /** The first node serves; the others, that have announced themselves, are admitted and filled by themselves. */
    void awaitAll(App app, CoordinatorClient client, Duration patience, long begun, boolean json) {
        long announced = ClusterView.of(client).members().stream()
                .filter(m -> !m.path("membership").asString("").equals("refused"))
                .count();
        ClusterView view = new HealthWait(app, client, Math.toIntExact(announced)).await(patience);
        String took = Durations.text(Duration.ofNanos(System.nanoTime() - begun));
        if (!json) {
            app.out()
                    .println("cluster " + client.cluster() + " is back after " + took + ": "
                            + view.primary().orElse("-") + " serves, "
                            + (view.members().size() - 1)
                            + " standbys stream; its first backup is taken by itself (pgprimacy backups)");
        }
    }
}
