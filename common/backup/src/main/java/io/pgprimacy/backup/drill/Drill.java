package io.pgprimacy.backup.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.drill.Check.Result;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.recovery.Programs;
import io.pgprimacy.backup.recovery.ReplayedTablespaces;
import io.pgprimacy.backup.recovery.ScratchServer;
import io.pgprimacy.backup.restore.DataDirectoryRestore;
import io.pgprimacy.backup.restore.EmptyDirectory;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.restore.StoredBackup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * One drill: a backup is restored into a scratch directory, PostgreSQL recovers and opens on it where nobody can reach it, and all of it is
 * checked. Leaves what it has written to who owns the directory: to be removed, or looked at.
 */
public final class Drill {
    /** PostgreSQL's own, for the path of a socket and its name. */
    private static final int LONGEST_SOCKET_DIRECTORY = 107 - "/.s.PGSQL.5432.lock".length();

    /** Recovery writes some, and a disk that is full to the last byte harms whoever else is on it. */
    private static final long ROOM_LEFT = 256L << 20;

    private static final String SEGMENTS = "????????????????????????";
    private static final int TENTHS = 10;
    private static final Duration LOOK = Duration.ofMillis(250);

    /**
     * Of a cluster that is looked at and not used: little memory, nothing that works behind one's back, and nothing that waits for other hosts.
     */
    private static final List<String> FOR_LOOKING_AT = List.of(
            "shared_buffers=64MB",
            "huge_pages=off",
            "autovacuum=off",
            "primary_conninfo=",
            "primary_slot_name=",
            "synchronous_standby_names=");

    private final StoredBackup backup;
    private final Settings settings;
    private final Listener listener;
    private final DrillChecks checks;

    /**
     * @param scratch a directory that is there, empty, and this user's
     * @param programs of the backup's version
     * @param user a superuser of the cluster
     */
    public record Settings(Path scratch, Programs programs, String user, int workers) {
        public Settings {
            scratch = scratch.toAbsolutePath();
        }

        Path data() {
            return scratch.resolve("data");
        }

        Path server() {
            return scratch.resolve("server");
        }
    }

    /** Told what happens, on any thread. */
    public interface Listener {
        /** "restoring", "recovering", "checking: pg_amcheck". */
        void step(String step);

        void restored(long bytes);
    }

    /**
     * @param restored until all files were there
     * @param recovered until it accepted connections, counted from the same beginning
     */
    public record Outcome(Duration restored, Duration recovered, long bytes, List<Check> checks) {
        public Outcome {
            checks = List.copyOf(checks);
        }

        public boolean hasPassed() {
            return checks.stream().noneMatch(Check::hasFailed);
        }

        /** What was wrong, in words. */
        public String failures() {
            return checks.stream().filter(Check::hasFailed).map(Check::sentence).collect(Collectors.joining("; "));
        }
    }

    public Drill(StoredBackup backup, Settings settings, Listener listener) {
        this.backup = backup;
        this.settings = settings;
        this.listener = listener;
        this.checks = new DrillChecks(
                settings.programs(), settings.data(), settings.scratch().resolve("output"), listener::step);
    }

    /** Throws {@link RestoreRefused} where it cannot be carried out; nothing has been written then. */
    public void check() throws IOException {
        Manifest manifest = backup.manifest();
        settings.programs().requireMajor(manifest.postgres().version());
        if (settings.server().toString().getBytes(UTF_8).length > LONGEST_SOCKET_DIRECTORY) {
            throw new RestoreRefused(
                    settings.server() + " is too long for the path of a socket", "name a shorter scratch directory");
        }
        EmptyDirectory.require(settings.scratch());
        long bytes = manifest.totals().bytes();
        long needed = bytes + bytes / TENTHS + ROOM_LEFT;
        long room = Files.getFileStore(settings.scratch()).getUsableSpace();
        if (room < needed) {
            throw new RestoreRefused(
                    "a drill with backup " + manifest.id() + " needs " + needed + " bytes in " + settings.scratch()
                            + ", and there are " + room,
                    "make room, or put the scratch directory on another disk");
        }
    }

    public Outcome run() throws IOException {
        check();
        long begun = System.nanoTime();
        listener.step("restoring");
        AtomicLong bytes = new AtomicLong();
        new DataDirectoryRestore(
                        backup,
                        new DataDirectoryRestore.Settings(settings.data(), tablespaces(), settings.workers(), true))
                .run((_, done) -> {
                    bytes.accumulateAndGet(done, Math::max);
                    listener.restored(bytes.get());
                });
        refuseToWriteElsewhere();
        Duration restored = DrillChecks.since(begun);
        checks.beforeStart();
        long started = System.nanoTime();
        Duration recovered;
        Files.createDirectory(
                settings.server(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        listener.step("recovering");
        try (ScratchServer server = new ScratchServer(
                settings.programs(), settings.data(), settings.user(), settings.server(), FOR_LOOKING_AT)) {
            boolean open = awaitOpen(server);
            Duration recovery = DrillChecks.since(started);
            recovered = restored.plus(recovery);
            Result result = open ? new Result.Passed() : new Result.Failed(server.lastLines());
            checks.add(new Check("recovery", recovery, result));
            if (open) {
                checks.whileOpen(server);
                server.stop();
                checks.afterStop(backup.manifest().postgres().dataChecksums());
            }
        }
        return new Outcome(restored, recovered, bytes.get(), checks.checks());
    }

    /** All of them in the scratch directory, wherever they are in the cluster itself. */
    private Map<Long, Path> tablespaces() {
        Map<Long, Path> moved = new TreeMap<>();
        backup.manifest()
                .tablespaces()
                .forEach(t -> moved.put(
                        t.oid(), settings.scratch().resolve("tablespaces").resolve(Long.toString(t.oid()))));
        return moved;
    }

    /** The host of a drill has live tablespaces, and a backup that was begun just after one was made has its making in its WAL. */
    private void refuseToWriteElsewhere() throws IOException {
        ReplayedTablespaces replayed = new ReplayedTablespaces(
                settings.data(), backup.manifest().postgres().version());
        try (DirectoryStream<Path> wal =
                Files.newDirectoryStream(settings.data().resolve("pg_wal"), SEGMENTS)) {
            for (Path segment : wal) {
                replayed.check(Files.readAllBytes(segment));
            }
        }
    }

    private static boolean awaitOpen(ScratchServer server) throws IOException {
        while (server.isAlive()) {
            if (server.isOpen()) {
                return true;
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
        return false;
    }
}
