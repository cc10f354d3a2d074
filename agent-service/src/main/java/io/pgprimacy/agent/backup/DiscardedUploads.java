package io.pgprimacy.agent.backup;

import io.pgprimacy.agent.postgres.DiscardedWal;
import io.pgprimacy.agent.process.ChildProcess;
import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Brings WAL that was saved on this node's disk into the repository (S9), one after another: at once when it has been saved, and again and again until
 * it is there. What is there has a file that says where; the copy on the disk stays.
 */
public final class DiscardedUploads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiscardedUploads.class);
    private static final String STORED = "stored.json";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path directory;
    private final Program program;
    private final Runnable onNews;
    private final ScheduledExecutorService hand = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("discarded-wal").factory());
    private final SortedMap<Path, Fact.DiscardedWalSaved> stored = new TreeMap<>();
    private final ScheduledFuture<?> rounds;
    private volatile List<Fact.DiscardedWalSaved> told = List.of();

    /** Starts the process that stores what lies in a directory; the consumers are called on threads of its own. */
    @FunctionalInterface
    public interface Program {
        ChildProcess start(Path saved, Consumer<String> onLine, Consumer<ProcessResult> onEnd);
    }

    /** What has become of it. */
    public sealed interface Outcome {
        /** @param place in the repository */
        record Stored(String place) implements Outcome {}

        record Waiting(String why) implements Outcome {}
    }

    /**
     * @param directory in which each has a directory of its own
     * @param every how often what waits is tried again
     * @param onNews called on any thread when {@link #stored} has something new
     */
    public DiscardedUploads(Path directory, Program program, Duration every, Runnable onNews) {
        this.directory = directory;
        this.program = program;
        this.onNews = onNews;
        this.rounds = hand.scheduleWithFixedDelay(this::round, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is in the repository, as facts to be stated where the log does not know it yet. */
    public List<Fact.DiscardedWalSaved> stored() {
        return told;
    }

    /** Waits for as long as the bound; after it the upload goes on by itself. */
    public Outcome store(Path saved, Duration bound) throws InterruptedException {
        Future<Outcome> upload = hand.submit(() -> upload(saved));
        try {
            return upload.get(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Outcome.Waiting("it takes longer than " + bound.toSeconds() + " s");
        } catch (ExecutionException e) {
            return new Outcome.Waiting(String.valueOf(e.getCause()));
        }
    }

    @Override
    public void close() {
        rounds.cancel(true);
        // Ends the upload under way, too: its thread is interrupted where it waits for the worker.
        hand.shutdownNow();
    }

    private void round() {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> each = Files.newDirectoryStream(directory)) {
            for (Path saved : each) {
                // Without a summary it is being copied, or its copying was cut short and is done again.
                boolean known = stored.containsKey(saved);
                if (!known
                        && Files.exists(saved.resolve(DiscardedWal.SUMMARY))
                        && upload(saved) instanceof Outcome.Waiting waiting) {
                    LOG.warn("{} is not in the repository yet: {}", saved, waiting.why());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            // A timer whose task throws never runs again.
            LOG.error("saved WAL could not be looked after", e);
        }
    }

    private Outcome upload(Path saved) throws InterruptedException, IOException {
        Path marker = saved.resolve(STORED);
        if (Files.exists(marker)) {
            return stored(
                    saved,
                    JSON.readTree(Files.readAllBytes(marker)).path("place").asString(""));
        }
        Optional<WorkerLine> last = work(saved);
        if (last.filter(l -> l.event().equals("completed")).isEmpty()) {
            return new Outcome.Waiting(last.map(WorkerLine::because).orElse("the worker ended without a word"));
        }
        String place = last.get().text("place");
        DurableFile.write(marker, JSON.writeValueAsString(Map.of("place", place)) + "\n");
        LOG.info("{} is in the repository at {}", saved, place);
        return stored(saved, place);
    }

    /** What it said last. */
    private Optional<WorkerLine> work(Path saved) throws InterruptedException {
        AtomicReference<Optional<WorkerLine>> last = new AtomicReference<>(Optional.empty());
        CompletableFuture<ProcessResult> ended = new CompletableFuture<>();
        ChildProcess child = program.start(
                saved,
                line -> {
                    LOG.info("discarded WAL worker: {}", line);
                    WorkerLine.read(line).ifPresent(said -> last.set(Optional.of(said)));
                },
                ended::complete);
        try {
            ended.get();
            return last.get();
        } catch (InterruptedException e) {
            child.end();
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Outcome stored(Path saved, String place) throws IOException {
        try {
            JsonNode summary = JSON.readTree(Files.readAllBytes(saved.resolve(DiscardedWal.SUMMARY)));
            stored.put(saved, fact(saved, summary, place));
            told = List.copyOf(stored.values());
            onNews.run();
            return new Outcome.Stored(place);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(saved.resolve(DiscardedWal.SUMMARY) + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Fact.DiscardedWalSaved fact(Path saved, JsonNode summary, String place) {
        return new Fact.DiscardedWalSaved(
                new NodeId(summary.path("node").asString("")),
                new Term(summary.path("term").asLong(0)),
                new TimelineId(summary.path("timeline").asLong(0)),
                Lsn.parse(summary.path("from").asString("")),
                Lsn.parse(summary.path("to").asString("")),
                summary.path("transactions").asLong(0),
                location(saved),
                Optional.of(place),
                Optional.empty());
    }

    /** How a fact names a directory. */
    public static String location(Path saved) {
        return "file://" + saved;
    }
}
