package io.pgprimacy.backup.recovery;

import io.pgprimacy.backup.restore.WalArchive;
import io.pgprimacy.backup.wal.RecoveryPath;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives PostgreSQL the WAL that it asks for, ahead of its asking. Its {@code restore_command} is a shell script that leaves a wish in a directory
 * where the file is not there yet, and moves it away, with a note that it has, once it is; the directory is on the file system of {@code pg_wal}, so that is
 * a rename. What was taken is not fetched again unless it is asked for again.
 *
 * <p>A file that is not on the way is missing (1, recovery goes on without it). One that is, and cannot be read, is a failure (200): PostgreSQL stops
 * instead of opening with less than there is.
 */
public final class WalFeed implements AutoCloseable {
    private static final List<String> DIRECTORIES = List.of("want", "ready", "taken", "missing", "failed");
    private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");
    private static final int FEWEST_AHEAD = 8;
    private static final int MOST_AHEAD = 64;
    private static final int SHARE_OF_FREE_SPACE = 4;
    private static final long LOOK_MILLIS = 5;
    /** In bytes. */
    private static final int AT_ONCE = 1 << 20;

    private final Path spool;
    private final RecoveryPath path;
    private final WalArchive archive;
    private final SystemIdentifier system;
    private final Check check;
    private final ExecutorService workers;
    private final Thread looking;
    /** What fetches has one at a time. New ones would be cleared, and moved about by the collector, each time. */
    private final Deque<byte[]> buffers = new ConcurrentLinkedDeque<>();

    private final Set<String> underWay = new ConcurrentSkipListSet<>();
    private final Set<String> ahead = new ConcurrentSkipListSet<>();
    private final AtomicLong segments = new AtomicLong();
    private int window;
    private final Map<String, IOException> failures = new ConcurrentHashMap<>();
    private final Set<String> wishes = new ConcurrentSkipListSet<>();
    private volatile Optional<IOException> broken = Optional.empty();

    /** Throws where a segment must not be given. */
    @FunctionalInterface
    private interface Check {
        void refuse(byte[] segment) throws IOException;
    }

    /**
     * @param spool a directory that it makes, and takes away in the end; below the data directory
     * @param tablespaces what is given is looked through for
     */
    public WalFeed(
            Path spool,
            RecoveryPath path,
            WalArchive archive,
            SystemIdentifier system,
            ReplayedTablespaces tablespaces,
            int workers)
            throws IOException {
        this(spool, path, archive, system, tablespaces::check, workers, FEWEST_AHEAD);
    }

    /** For who reads WAL and does not replay it, and reads it backwards: nothing is fetched ahead. */
    public static WalFeed asAsked(Path spool, RecoveryPath path, WalArchive archive, SystemIdentifier system)
            throws IOException {
        return new WalFeed(spool, path, archive, system, _ -> {}, 1, 0);
    }

    private WalFeed(
            Path spool,
            RecoveryPath path,
            WalArchive archive,
            SystemIdentifier system,
            Check check,
            int workers,
            int ahead)
            throws IOException {
        this.spool = spool.toAbsolutePath();
        this.path = path;
        this.archive = archive;
        this.system = system;
        this.check = check;
        this.window = ahead;
        this.workers = Executors.newFixedThreadPool(workers);
        this.looking = Thread.ofPlatform().name("wal-feed").unstarted(this::look);
        writeScript();
        looking.start();
    }

    /** To be PostgreSQL's {@code restore_command}. */
    public String restoreCommand() {
        return "sh \"" + spool.resolve("fetch") + "\" %f \"%p\"";
    }

    /** Has the first segment fetched, and those that follow it, while PostgreSQL is still being started. */
    public void expectFirstOf(RecoveryPlan plan) throws IOException {
        Optional<WalSegment> first = plan.firstSegment();
        if (first.isPresent()) {
            Files.writeString(spool.resolve("want").resolve(first.get().name()), "");
        }
    }

    /** How many segments were given so far. */
    public long segments() {
        return segments.get();
    }

    /**
     * Why a file could not be given that PostgreSQL has asked for; it has stopped then. What was fetched ahead is given without this having seen the
     * wish, so several may be there at once, in any order.
     */
    public Optional<IOException> trouble() {
        return broken.or(() -> failures.keySet().stream()
                .filter(file -> wishes.contains(file)
                        || Files.exists(spool.resolve("want").resolve(file)))
                .min(Comparator.naturalOrder())
                .map(failures::get));
    }

    @Override
    public void close() throws IOException {
        looking.interrupt();
        workers.shutdownNow();
        workers.close();
        try {
            looking.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (String directory : DIRECTORIES) {
            remove(spool.resolve(directory));
        }
        remove(spool);
    }

    private static void remove(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }

    private void writeScript() throws IOException {
        for (String directory : DIRECTORIES) {
            Files.createDirectories(spool.resolve(directory));
        }
        Files.writeString(spool.resolve("feeder"), ProcessHandle.current().pid() + "\n");
        Files.writeString(spool.resolve("fetch"), """
                #!/bin/sh
                # PostgreSQL's restore_command while it recovers. 1: there is no such file. 200: there is, and it cannot be given.
                d="%s"
                if ! test -e "$d/ready/$1"; then
                    : > "$d/want/$1" || exit 200
                    looks=0
                    until test -e "$d/ready/$1"; do
                        test -e "$d/missing/$1" && exit 1
                        test -e "$d/failed/$1" && cat "$d/failed/$1" >&2 && exit 200
                        read -r feeder < "$d/feeder" && kill -0 "$feeder" || exit 200
                        sleep 0.01
                        looks=$((looks + 1))
                        # The feeder may have taken the last wish for one that it had fulfilled.
                        test $((looks %% 100)) -ne 0 || : > "$d/want/$1" || exit 200
                    done
                fi
                : > "$d/taken/$1"
                mv "$d/ready/$1" "$2" || exit 200
                """.formatted(spool));
    }

    private void look() {
        try {
            while (!Thread.interrupted()) {
                List<String> taken = takeAway("taken");
                for (String file : taken) {
                    taken(file);
                }
                for (String wish : takeAway("want")) {
                    want(wish, taken);
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            broken = Optional.of(e);
            // The script asks whether somebody feeds it; PostgreSQL would wait for ever.
            spool.resolve("feeder").toFile().delete();
        }
    }

    /** The names of the files in it. They are gone before anything is done for them: what is asked for again meanwhile is seen again. */
    private List<String> takeAway(String directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(spool.resolve(directory))) {
            for (Path file : files) {
                Files.delete(file);
                names.add(String.valueOf(file.getFileName()));
            }
        }
        return names;
    }

    private void taken(String file) throws IOException {
        Optional<WalSegment> segment = WalSegment.parse(file, path.inventory().segmentSize());
        if (segment.isPresent()) {
            fetchAhead(segment.get());
        }
    }

    private void want(String file, List<String> taken) throws IOException {
        wishes.add(file);
        Matcher history = HISTORY.matcher(file);
        Optional<WalSegment> segment = WalSegment.parse(file, path.inventory().segmentSize());
        if (segment.isPresent() && path.made(segment.get()) != RecoveryPath.Made.MISSING) {
            boolean expected = !ahead.add(file);
            if (!isFulfilled(file, taken)) {
                fetch(segment.get());
            }
            if (expected) {
                // PostgreSQL had to wait all the same.
                window = Math.min(MOST_AHEAD, window * 2);
            }
            fetchAhead(segment.get());
        } else if (history.matches() && path.hasHistory(new TimelineId(Long.parseLong(history.group(1), 16)))) {
            TimelineId timeline = new TimelineId(Long.parseLong(history.group(1), 16));
            give(file, archive.history(timeline));
        } else {
            Files.writeString(spool.resolve("missing").resolve(file), "");
        }
    }

    /**
     * It is about to come, or has come since it was asked for, and may have been taken. In this order: what is not fetched any more is ready, or there is a note that
     * it was taken, which is made first.
     */
    private boolean isFulfilled(String file, List<String> taken) {
        return underWay.contains(file)
                || Files.exists(spool.resolve("ready").resolve(file))
                || taken.contains(file)
                || Files.exists(spool.resolve("taken").resolve(file));
    }

    /** Bounded by the room there is. */
    private void fetchAhead(WalSegment from) throws IOException {
        long room = Files.getFileStore(spool).getUsableSpace() / SHARE_OF_FREE_SPACE / from.size();
        WalSegment next = from;
        for (int i = 0; i < Math.min(window, room); i++) {
            Optional<WalSegment> following = path.following(next);
            if (following.isEmpty()) {
                return;
            }
            next = following.get();
            if (ahead.add(next.name())) {
                fetch(next);
            }
        }
    }

    private void fetch(WalSegment segment) {
        if (underWay.add(segment.name())) {
            workers.execute(() -> {
                byte[] buffer =
                        Objects.requireNonNullElseGet(buffers.poll(), () -> new byte[Math.toIntExact(segment.size())]);
                try {
                    byte[] content = path.upToTheSwitch(segment, read(segment, buffer));
                    check.refuse(content);
                    give(segment.name(), content);
                    segments.incrementAndGet();
                } catch (IOException | RuntimeException e) {
                    fail(segment.name(), e instanceof IOException io ? io : new IOException(e));
                } finally {
                    buffers.push(buffer);
                    underWay.remove(segment.name());
                }
            });
        }
    }

    /** Maybe into the buffer. */
    private byte[] read(WalSegment segment, byte[] buffer) throws IOException {
        return switch (path.made(segment)) {
            case WHOLE -> archive.segment(segment, system, buffer);
            case SLICES -> archive.sliced(path.inventory(), segment, system);
            case PARTIAL -> archive.partial(segment, system);
            case MISSING -> throw new IOException("there is no segment " + segment);
        };
    }

    /** It appears whole or not at all. */
    private void give(String file, byte[] content) throws IOException {
        Path draft = spool.resolve(file + ".part");
        // Files.write hands over 8 KiB at a time, which takes nearly twice the processor time.
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (int at = 0; at < content.length; ) {
                at += channel.write(ByteBuffer.wrap(content, at, Math.min(AT_ONCE, content.length - at)));
            }
        }
        Files.move(draft, spool.resolve("ready").resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Only PostgreSQL's asking for that very file fails: recovery may end before it. */
    private void fail(String file, IOException e) {
        failures.put(file, e);
        try {
            Files.writeString(spool.resolve("failed").resolve(file), e.getMessage() + "\n");
        } catch (IOException full) {
            e.addSuppressed(full);
        }
    }
}
