package io.pgprimacy.worker;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.wal.DiscardedSummary;
import io.pgprimacy.backup.wal.DiscardedWal;
import io.pgprimacy.worker.discarded.DiscardedUpload;
import io.pgprimacy.worker.transfer.DiscardedClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;

/**
 * Stores WAL that an agent has put aside, and ends. Reads a properties file, or its standard input, with whose end it ends; says {@code completed} or
 * {@code failed} as a JSON line on its standard output. Exit codes: 0 it is stored, 1 it is not, 2 wrong use, 3 its standard input has ended.
 */
public final class DiscardedMain {
    private static final Set<String> KNOWN = Set.of(
            "directory", "storage.url", "storage.token", "storage.token.file", "master.keys", "master.keys.file");

    private DiscardedMain() {}

    public static void main(String[] arguments) {
        System.exit(run(WorkerProgram.plan(
                arguments, "pgprimacy-discarded-worker DISCARDED.PROPERTIES", KNOWN, DiscardedMain::upload)));
    }

    private static int run(DiscardedUpload upload) {
        try {
            DiscardedSummary summary = upload.run();
            WorkerProgram.say(
                    "completed", Map.of("place", summary.wal().place().directory(), "stored", summary.stored()));
            return 0;
        } catch (RepositoryDamaged e) {
            fail(e, "look at what is stored with ./pgprimacy rescue discarded; nothing was overwritten");
        } catch (IOException | RuntimeException e) {
            fail(e, "it is tried again; the copy on the node's disk stays");
        }
        return WorkerProgram.FAILED;
    }

    private static void fail(Exception e, String hint) {
        WorkerProgram.say("failed", Map.of("because", because(e), "hint", hint));
    }

    /** Java's client says of a refused connection nothing at all. */
    private static String because(Exception e) {
        if (e instanceof ConnectException) {
            return "the store cannot be reached";
        }
        return Optional.ofNullable(e.getMessage()).orElse(e.toString());
    }

    static DiscardedUpload upload(WorkerSettings settings) throws IOException {
        Path directory = Path.of(settings.required("directory"));
        DiscardedWal wal = read(directory.resolve("summary.json"));
        DiscardedClient client = new DiscardedClient(
                URI.create(settings.required("storage.url")), settings.secret("storage.token"), wal.place());
        return new DiscardedUpload(directory, wal, MasterKeys.parse(settings.secret("master.keys")), client);
    }

    private static DiscardedWal read(Path summary) throws IOException {
        try {
            return Json.mapper().readValue(Files.readAllBytes(summary), DiscardedWal.class);
        } catch (JacksonException e) {
            throw new IOException(summary + " cannot be read: " + e.getMessage(), e);
        }
    }
}
