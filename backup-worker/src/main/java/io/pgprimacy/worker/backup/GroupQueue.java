package io.pgprimacy.worker.backup;

import io.pgprimacy.worker.source.SourceFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gathers files into groups and has them written by a number of workers. The walk waits while all are busy, so that a database of millions of
 * files takes no more memory than one of a thousand.
 */
final class GroupQueue implements AutoCloseable {
    /** Source bytes: enough for compression and for one upload in parts, little enough to be sent again. */
    static final long LARGEST = 64L * 1024 * 1024;

    static final int MOST_FILES = 1000;
    private static final List<PlannedFile> END = List.of();
    private static final int POLL_MILLIS = 200;

    private final GroupWriter.Shared shared;
    private final BlockingQueue<List<PlannedFile>> waiting;
    private final ExecutorService workers;
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicInteger groups;
    private List<PlannedFile> gathered = new ArrayList<>();
    private long bytes;

    /** @param before how many groups there are already */
    GroupQueue(GroupWriter.Shared shared, int workers, int before) {
        this.groups = new AtomicInteger(before);
        this.shared = shared;
        this.waiting = new ArrayBlockingQueue<>(workers);
        this.workers = Executors.newFixedThreadPool(
                workers, Thread.ofPlatform().name("copy-", 0).factory());
        for (int i = 0; i < workers; i++) {
            running.add(this.workers.submit(this::work));
        }
    }

    void add(PlannedFile planned) throws IOException {
        SourceFile file = planned.file();
        if (!gathered.isEmpty() && (bytes + file.size() > LARGEST || gathered.size() == MOST_FILES)) {
            hand();
        }
        gathered.add(planned);
        bytes += file.size();
    }

    /** Ends a group where the parent's ended: whoever restores then reads each of the parent's objects once. */
    void endGroup() throws IOException {
        if (!gathered.isEmpty()) {
            hand();
        }
    }

    /** Waits until everything is stored; returns the number of groups, those before included. */
    int finish() throws IOException {
        endGroup();
        for (int i = 0; i < running.size(); i++) {
            offer(END);
        }
        for (Future<?> worker : running) {
            await(worker);
        }
        return groups.get();
    }

    @Override
    public void close() {
        workers.shutdownNow();
        workers.close();
    }

    private void hand() throws IOException {
        offer(gathered);
        gathered = new ArrayList<>();
        bytes = 0;
    }

    private void offer(List<PlannedFile> group) throws IOException {
        try {
            while (!waiting.offer(group, POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                // Workers end before the end only by failing, and then nobody would ever take it.
                for (Future<?> worker : running) {
                    if (worker.isDone()) {
                        await(worker);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the backup was cancelled");
        }
    }

    /** The end of a group, where the store is waited for, passes while the next one is read. */
    private Void work() throws IOException, InterruptedException {
        Future<?> ending = CompletableFuture.completedFuture(null);
        for (List<PlannedFile> group = waiting.take(); !group.isEmpty(); group = waiting.take()) {
            GroupWriter writer = read(group);
            try {
                await(ending);
            } catch (IOException e) {
                writer.close();
                throw e;
            }
            ending = shared.senders().submit(() -> finish(writer));
        }
        await(ending);
        return null;
    }

    private GroupWriter read(List<PlannedFile> group) throws IOException {
        GroupWriter writer = new GroupWriter(shared, groups.incrementAndGet());
        try {
            for (PlannedFile file : group) {
                writer.add(file);
            }
            return writer;
        } catch (IOException | RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    static Void finish(GroupWriter writer) throws IOException {
        try (writer) {
            writer.finish();
        }
        return null;
    }

    static void await(Future<?> worker) throws IOException {
        try {
            worker.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException trouble ? trouble : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the backup was cancelled");
        }
    }
}
