package io.pgprimacy.worker.backup;

import io.pgprimacy.worker.source.SourceFile;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Files that come one after another and cannot be had later: each is read when it is added, group by group. The end of a group, where the store
 * is waited for, passes while the next one is read, and whoever sends the files waits with it.
 */
final class SerialGroups implements AutoCloseable {
    private final GroupWriter.Shared shared;
    private Optional<GroupWriter> open = Optional.empty();
    private Future<?> ending = CompletableFuture.completedFuture(null);
    private int groups;
    private int files;
    private long bytes;

    SerialGroups(GroupWriter.Shared shared) {
        this.shared = shared;
    }

    void add(SourceFile file) throws IOException {
        if (files > 0 && (bytes + file.size() > GroupQueue.LARGEST || files == GroupQueue.MOST_FILES)) {
            endGroup();
        }
        if (open.isEmpty()) {
            open = Optional.of(new GroupWriter(shared, ++groups));
        }
        open.get().add(new PlannedFile(file, Optional.empty()));
        files++;
        bytes += file.size();
    }

    /** Waits until everything is stored; returns the number of groups. */
    int finish() throws IOException {
        endGroup();
        GroupQueue.await(ending);
        return groups;
    }

    private void endGroup() throws IOException {
        GroupQueue.await(ending);
        if (open.isPresent()) {
            GroupWriter full = open.get();
            open = Optional.empty();
            files = 0;
            bytes = 0;
            ending = shared.senders().submit(() -> GroupQueue.finish(full));
        }
    }

    /** What is still under way ends with the senders. */
    @Override
    public void close() throws IOException {
        if (open.isPresent()) {
            open.get().close();
        }
    }
}
