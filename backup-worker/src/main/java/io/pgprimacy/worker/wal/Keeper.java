package io.pgprimacy.worker.wal;

import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.WalReport;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.backup.wal.WalTerm;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.postgres.SessionFailed;
import io.pgprimacy.worker.postgres.WalSession;
import io.pgprimacy.worker.postgres.WalSession.Facts;
import io.pgprimacy.worker.postgres.WalSession.Position;
import io.pgprimacy.worker.transfer.WalClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one primary's WAL until it is told to stop, or must not any more.
 *
 * <p>Order of effects: the gate is shut before anything else; the term is declared before the first object; a key is stored before what it
 * encrypts; the gate opens for a file when the store has acknowledged it. A crash anywhere leaves the file in {@code pg_wal}, and PostgreSQL's mark
 * that it is not archived.
 */
public final class Keeper {
    private static final long LARGEST_SEGMENT = 64L * 1024 * 1024;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration STATUS = Duration.ofSeconds(10);

    private final KeeperPlan plan;
    private final Events events;
    private final Gate gate;
    private final Spool spool;
    private final StoreState store;
    private final Lag lag = new Lag();
    private Spool.Level level = Spool.Level.OK;
    private boolean serverAway;
    private @Nullable WalSession session;

    public Keeper(KeeperPlan plan, Events events) {
        this.plan = plan;
        this.events = events;
        this.gate = new Gate(plan.gate());
        this.spool = new Spool(plan.pgWal());
        this.store = new StoreState(gate, events);
    }

    /** What PostgreSQL's {@code archive_command} must be for this keeper. */
    public String archiveCommand() {
        return gate.command();
    }

    /** Does not return while all is well. Throws {@link KeeperRefused} where this WAL must not be kept, or not any more. */
    public void run() throws IOException, InterruptedException {
        Facts facts = awaitServer();
        refuseOtherServer(facts);
        gate.prepare();
        Segments.Server server = new Segments.Server(facts.systemIdentifier(), facts.walSegmentSize(), ancestry());
        WalTerm term = new WalTerm(
                WalTerm.FORMAT,
                plan.term(),
                plan.timeline(),
                facts.systemIdentifier(),
                facts.walSegmentSize(),
                facts.version());
        WalClient client = new WalClient(plan.storage(), plan.token(), plan.place(), term);
        ArchiveWriter archive =
                new ArchiveWriter(plan.place(), MasterKeys.parse(plan.masterKeys()), client, plan.level());
        try (ExecutorService senders = Executors.newFixedThreadPool(3)) {
            try {
                Segments segments = new Segments(plan.place(), server, spool, gate, archive, store, events, senders);
                keep(client, server, archive, segments, senders);
            } finally {
                senders.shutdownNow();
            }
        } finally {
            closeSession();
        }
    }

    private void keep(
            WalClient client, Segments.Server server, ArchiveWriter archive, Segments segments, ExecutorService senders)
            throws IOException, InterruptedException {
        WalReport report = begin(client, archive);
        events.tell("keeping", Map.of("timeline", plan.timeline().value(), "term", plan.term()));
        Lsn flushed = awaitPosition().flushed();
        WalSegment current = WalSegment.containing(plan.timeline(), flushed, server.segmentSize());
        Slices slices = new Slices(
                plan.place(), server, spool, segments, archive, events, current, slicedUpTo(report, current));
        Set<Future<?>> running = new LinkedHashSet<>();
        Healing healing = new Healing(client, server, spool, segments, plan.others(), store, events);
        running.add(senders.submit(() -> {
            healing.run(report, flushed);
            return null;
        }));
        long nextSlice = System.nanoTime();
        long nextStatus = nextSlice;
        while (true) {
            refuseFailed(running);
            if (!store.pause().isZero()) {
                probe(client);
                continue;
            }
            segments.pass(running);
            if (System.nanoTime() - nextSlice >= 0) {
                nextSlice = Math.max(nextSlice + plan.slices().toNanos(), System.nanoTime());
                slice(slices, segments);
            }
            if (System.nanoTime() - nextStatus >= 0) {
                nextStatus = System.nanoTime() + STATUS.toNanos();
                tellStatus(slices, segments);
            }
            long untilSlice = nextSlice - System.nanoTime();
            segments.awaitStored(Duration.ofNanos(Math.clamp(untilSlice, 1_000_000, LOOK.toNanos())));
        }
    }

    /** Everything that must be in the store before the first segment, for as long as it takes. */
    private WalReport begin(WalClient client, ArchiveWriter archive) throws IOException, InterruptedException {
        while (true) {
            try {
                client.declare();
                Path history = spool.file(Ancestry.fileName(plan.timeline()));
                if (plan.timeline().value() > 1 && Files.exists(history)) {
                    archive.put(plan.place().history(plan.timeline()), Files.readAllBytes(history));
                }
                WalReport report = client.report();
                store.worked();
                return report;
            } catch (WalRefused e) {
                throw new KeeperRefused(
                        String.valueOf(e.getMessage()),
                        "another cluster, or another life of this one, has used this timeline");
            } catch (IOException e) {
                store.failed(e);
                waitForStore();
            }
        }
    }

    /** While the store is away nothing is read and sent in vain. */
    private void probe(WalClient client) throws IOException, InterruptedException {
        waitForStore();
        try {
            client.declare();
            store.worked();
        } catch (IOException e) {
            store.failed(e);
        }
    }

    private void slice(Slices slices, Segments segments) throws IOException {
        try {
            long asked = System.nanoTime();
            Position.Primary position = position();
            boolean any = slices.store(position);
            if (segments.backlog() == 0 && !slices.stored().isBefore(position.flushed())) {
                lag.complete(asked, any);
            }
        } catch (SessionFailed e) {
            serverIsAway(e);
        } catch (WalRefused e) {
            events.tell("refused", Map.of("file", "slice", "because", String.valueOf(e.getMessage())));
        } catch (IOException e) {
            store.failed(e);
        }
    }

    /** Told once, until it has answered again. */
    private void serverIsAway(SessionFailed why) {
        if (!serverAway) {
            serverAway = true;
            events.tell("server-away", Map.of("because", String.valueOf(why.getMessage())));
        }
        closeSession();
    }

    private void waitForStore() throws InterruptedException {
        Thread.sleep(store.pause());
    }

    private void tellStatus(Slices slices, Segments segments) throws IOException {
        int waiting = segments.backlog();
        long free = spool.free();
        Spool.Level now = Spool.level(waiting * slices.segmentSize(), free);
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("stored", slices.stored().toString());
        status.put("backlog", waiting);
        status.put("lagMillis", lag.now().toMillis());
        status.put("lagP50Millis", lag.quantile(0.5).toMillis());
        status.put("lagP99Millis", lag.quantile(0.99).toMillis());
        status.put("walBytes", spool.bytes());
        status.put("freeBytes", free);
        events.tell("status", status);
        if (now != level) {
            level = now;
            events.tell(
                    "spool",
                    Map.of("level", now.name().toLowerCase(Locale.ROOT), "backlog", waiting, "freeBytes", free));
        }
    }

    private static void refuseFailed(Set<Future<?>> running) throws IOException, InterruptedException {
        for (var each = running.iterator(); each.hasNext(); ) {
            Future<?> future = each.next();
            if (future.isDone()) {
                each.remove();
                try {
                    future.get();
                } catch (ExecutionException e) {
                    switch (e.getCause()) {
                        case KeeperRefused refused -> throw refused;
                        case IOException trouble -> throw trouble;
                        case null, default -> throw new IllegalStateException(e.getCause());
                    }
                }
            }
        }
    }

    private static long slicedUpTo(WalReport report, WalSegment current) {
        return report.timelines().stream()
                .filter(t -> t.timeline().equals(current.timeline()))
                .flatMap(t -> t.coverage().stream())
                .filter(range -> range.contains(current.start()))
                .mapToLong(range -> Math.min(range.end().minus(current.start()), current.size()))
                .max()
                .orElse(0);
    }

    private Facts awaitServer() throws InterruptedException {
        while (true) {
            try {
                return session().facts();
            } catch (SessionFailed e) {
                serverIsAway(e);
                Thread.sleep(plan.slices());
            }
        }
    }

    private Position.Primary awaitPosition() throws InterruptedException {
        while (true) {
            try {
                return position();
            } catch (SessionFailed e) {
                serverIsAway(e);
                Thread.sleep(plan.slices());
            }
        }
    }

    private Position.Primary position() throws SessionFailed {
        return switch (session().position()) {
            case Position.Primary primary -> primary;
            case Position.InRecovery _ ->
                throw new KeeperRefused("the server is a standby", "WAL is kept of the primary alone");
        };
    }

    private WalSession session() throws SessionFailed {
        if (session == null) {
            session = WalSession.open(plan.postgres());
            serverAway = false;
        }
        return session;
    }

    private void closeSession() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    private Ancestry ancestry() throws IOException {
        TimelineId timeline = plan.timeline();
        Path history = spool.file(Ancestry.fileName(timeline));
        return Files.exists(history) ? Ancestry.parse(timeline, Files.readString(history)) : Ancestry.ofFirst(timeline);
    }

    /** Before anything is written, on either side. */
    private void refuseOtherServer(Facts facts) throws IOException {
        if (!Files.isSameFile(facts.dataDirectory(), plan.dataDirectory())) {
            throw new KeeperRefused(
                    "the server's data directory is " + facts.dataDirectory() + ", not " + plan.dataDirectory(),
                    "name the data directory of the server at port "
                            + plan.postgres().port());
        }
        if (facts.archiveMode().equals("off") || !facts.archiveCommand().equals(gate.command())) {
            throw new KeeperRefused(
                    "archive_mode is " + facts.archiveMode() + " and archive_command is '" + facts.archiveCommand()
                            + "': PostgreSQL would recycle WAL that is not stored",
                    "set archive_mode = on and archive_command = '" + gate.command() + "', and restart PostgreSQL");
        }
        if (facts.walSegmentSize() > LARGEST_SEGMENT) {
            throw new KeeperRefused(
                    "segments have " + facts.walSegmentSize() + " bytes",
                    "at most " + LARGEST_SEGMENT + " are supported");
        }
    }
}
