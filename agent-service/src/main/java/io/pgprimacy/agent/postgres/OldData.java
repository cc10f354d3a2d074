package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.plan.KeptData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after what restores have replaced on this node, on a thread of its own: finds it on the disk, now and then, and removes what it is told to.
 * Removing the files of a large database takes minutes, and nothing else waits for that.
 */
public final class OldData implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OldData.class);

    private final KeptDirectories directories;
    private final Tablespaces tablespaces;
    private final Runnable onNews;
    private final ScheduledExecutorService hand = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("old-data").factory());
    private final SortedMap<Path, KeptData> known = new TreeMap<>();
    private final ScheduledFuture<?> rounds;
    private volatile Set<String> wanted = Set.of();
    private volatile Optional<List<KeptData>> told = Optional.empty();

    /**
     * @param every how often the disk is looked at, and what could not be removed is tried again
     * @param onNews called on any thread when {@link #told} has something new
     */
    public OldData(Path data, Duration every, Runnable onNews) {
        this.directories = new KeptDirectories(data);
        this.tablespaces = new Tablespaces(data);
        this.onNews = onNews;
        this.rounds = hand.scheduleWithFixedDelay(this::round, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Empty before the first look. */
    public Optional<List<KeptData>> told() {
        return told;
    }

    /** The directories have changed: they are looked at at once. */
    public void look() {
        try {
            hand.execute(this::round);
        } catch (RejectedExecutionException e) {
            // Closed: the next agent looks when it starts. The job that has changed them must not fail for that.
            LOG.debug("not looked at any more", e);
        }
    }

    /** Returns at once; said again, it changes nothing. */
    public void remove(SortedSet<String> locations) {
        if (!locations.equals(wanted)) {
            wanted = Set.copyOf(locations);
            look();
        }
    }

    @Override
    public void close() {
        rounds.cancel(true);
        hand.shutdownNow();
    }

    private void round() {
        try {
            SortedMap<Path, Term> there = directories.all();
            known.keySet().retainAll(there.keySet());
            for (Map.Entry<Path, Term> each : there.entrySet()) {
                if (!known.containsKey(each.getKey())) {
                    known.put(each.getKey(), measured(each.getKey(), each.getValue()));
                }
            }
            tell();
            for (KeptData kept : List.copyOf(known.values())) {
                if (wanted.contains(kept.location())) {
                    remove(kept);
                    tell();
                }
            }
        } catch (IOException | RuntimeException e) {
            // A timer whose task throws never runs again.
            LOG.error("what restores have replaced could not be looked after", e);
        }
    }

    private void remove(KeptData kept) {
        Path directory = Path.of(kept.location());
        try {
            tablespaces.delete(directory);
            DurableFile.syncDirectory(Objects.requireNonNull(directory.getParent()));
            known.remove(directory);
            LOG.info("{} is removed: {} bytes", directory, kept.bytes());
        } catch (IOException e) {
            LOG.warn("{} cannot be removed", directory, e);
            known.put(
                    directory,
                    new KeptData(kept.location(), kept.term(), kept.bytes(), kept.since(), Optional.of(e.toString())));
        }
    }

    private void tell() {
        Optional<List<KeptData>> next = Optional.of(List.copyOf(known.values()));
        if (!next.equals(told)) {
            told = next;
            onNews.run();
        }
    }

    /** The time of its last change of name: nobody writes to it afterwards. */
    private static KeptData measured(Path directory, Term term) throws IOException {
        Instant since = ((FileTime) Files.getAttribute(directory, "unix:ctime"))
                .toInstant()
                .truncatedTo(ChronoUnit.MILLIS);
        return new KeptData(directory.toString(), term, Tablespaces.bytes(directory), since, Optional.empty());
    }
}
