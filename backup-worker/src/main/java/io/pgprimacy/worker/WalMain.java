package io.pgprimacy.worker;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.wal.Keeper;
import io.pgprimacy.worker.wal.KeeperPlan;
import io.pgprimacy.worker.wal.KeeperRefused;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Keeps a primary's WAL, for as long as it runs. Reads a properties file, or its standard input, with whose end it ends; says what happens as JSON lines on its standard output, each with
 * {@code event}: {@code keeping}, {@code slice}, {@code status}, {@code store-away} and {@code -back}, {@code server-away}, {@code refused},
 * {@code healed}, {@code not-healed}, {@code other-away}, {@code hole}, {@code searched}, {@code spool}, and at the end {@code failed}. Exit codes: 1 it must not go on, 2 wrong use.
 */
public final class WalMain {
    private static final Set<String> KNOWN = Set.of(
            "cluster",
            "incarnation",
            "term",
            "timeline",
            "postgres.host",
            "postgres.port",
            "postgres.user",
            "postgres.password",
            "postgres.data",
            "others",
            "gate.directory",
            "storage.url",
            "storage.token",
            "storage.token.file",
            "master.keys",
            "master.keys.file",
            "slice.interval.millis",
            "level");

    private WalMain() {}

    public static void main(String[] arguments) {
        System.exit(run(WorkerProgram.plan(
                arguments,
                "pgprimacy-wal-keeper WAL.PROPERTIES",
                KNOWN,
                settings -> new Keeper(plan(settings), WalMain::say))));
    }

    private static int run(Keeper keeper) {
        try {
            keeper.run();
        } catch (KeeperRefused e) {
            say("failed", Map.of("because", String.valueOf(e.getMessage()), "hint", e.hint()));
        } catch (InterruptedException | IOException | RuntimeException e) {
            say(
                    "failed",
                    Map.of("because", e.toString(), "hint", "start it again; PostgreSQL keeps what is not stored"));
        }
        return WorkerProgram.FAILED;
    }

    private static void say(String event, Map<String, ?> details) {
        Map<String, Object> dated = new LinkedHashMap<>();
        dated.put("at", Instant.now().toString());
        dated.putAll(details);
        WorkerProgram.say(event, dated);
    }

    static KeeperPlan plan(WorkerSettings settings) throws IOException {
        return new KeeperPlan(
                new ClusterId(settings.required("cluster")),
                new Incarnation(Integer.parseInt(settings.get("incarnation", "1"))),
                Long.parseLong(settings.required("term")),
                new TimelineId(Long.parseLong(settings.required("timeline"))),
                settings.postgres(),
                settings.others("others"),
                Path.of(settings.required("postgres.data")),
                Path.of(settings.required("gate.directory")),
                URI.create(settings.required("storage.url")),
                settings.secret("storage.token"),
                settings.secret("master.keys"),
                Duration.ofMillis(Long.parseLong(settings.get("slice.interval.millis", "800"))),
                Integer.parseInt(settings.get("level", "1")));
    }
}
