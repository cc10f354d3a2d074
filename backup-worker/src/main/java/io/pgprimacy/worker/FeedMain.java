package io.pgprimacy.worker;

import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.recovery.WalFeed;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.restore.WalArchive;
import io.pgprimacy.backup.wal.RecoveryPath;
import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.transfer.RepositoryClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives archived WAL to whoever asks by the {@code restore_command} that it says, as {@code command} of the JSON line {@code ready} on its standard
 * output; or says {@code failed}. Reads a properties file, or with {@code -} its standard input, with whose end it ends ({@link Lifeline}). Exit codes: 1
 * the archive cannot be read, 2 wrong use, 3 its standard input has ended.
 */
public final class FeedMain {
    private static final Set<String> KNOWN = Set.of(
            "cluster",
            "incarnation",
            "spool",
            "system",
            "timeline",
            "storage.url",
            "storage.token",
            "storage.token.file",
            "master.keys",
            "master.keys.file");

    private FeedMain() {}

    /** What it was told. */
    private record Plan(
            WalPlace place, URI service, String token, String masterKeys, Path spool, String system, long timeline) {}

    public static void main(String[] arguments) {
        System.exit(run(WorkerProgram.plan(arguments, "pgprimacy-feed-worker FEED.PROPERTIES", KNOWN, FeedMain::plan)));
    }

    private static int run(Plan plan) {
        try (WalFeed feed = open(plan)) {
            WorkerProgram.say("ready", Map.of("command", feed.restoreCommand()));
            Thread.currentThread().join();
        } catch (RestoreRefused e) {
            WorkerProgram.say("failed", Map.of("because", String.valueOf(e.getMessage()), "hint", e.hint()));
        } catch (IOException | RuntimeException e) {
            WorkerProgram.say(
                    "failed",
                    Map.of("because", Optional.ofNullable(e.getMessage()).orElse(e.toString()), "hint", ""));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return WorkerProgram.FAILED;
    }

    /** Asked for one file after the other, backwards at first: nothing is fetched ahead. */
    private static WalFeed open(Plan plan) throws IOException {
        RepositoryClient repository = new RepositoryClient(
                plan.service(),
                plan.token(),
                plan.place().cluster(),
                plan.place().incarnation());
        WalArchive archive = new WalArchive(plan.place(), MasterKeys.parse(plan.masterKeys()), repository);
        WalInventory inventory = repository.wal(Lsn.ZERO).inventory();
        return WalFeed.asAsked(
                plan.spool(),
                new RecoveryPath(inventory, archive.ancestry(inventory, new TimelineId(plan.timeline()))),
                archive,
                new SystemIdentifier(plan.system()));
    }

    private static Plan plan(WorkerSettings settings) throws IOException {
        return new Plan(
                new WalPlace(
                        new ClusterId(settings.required("cluster")),
                        new Incarnation(Integer.parseInt(settings.get("incarnation", "1")))),
                URI.create(settings.required("storage.url")),
                settings.secret("storage.token"),
                settings.secret("master.keys"),
                Path.of(settings.required("spool")),
                settings.required("system"),
                Long.parseLong(settings.required("timeline")));
    }
}
