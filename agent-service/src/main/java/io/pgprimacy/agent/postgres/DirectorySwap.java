package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.OsUser;
import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.id.Term;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Replaces the data directory as a whole: what is new is made beside it, and takes its place by two renames only when it is complete. A crash between
 * them is healed by {@link #finishInterrupted}.
 */
public final class DirectorySwap {
    private static final String COMPLETE = "pgprimacy.complete";
    private static final String RESTORED = "pgprimacy.restored";

    private final PostgresInstance instance;
    private final InstanceSettings settings;
    private final Path incoming;
    private final Path old;
    private final KeptDirectories kept;

    public DirectorySwap(PostgresInstance instance) {
        this.instance = instance;
        this.settings = instance.settings();
        Path data = settings.dataDirectory();
        this.incoming = data.resolveSibling(data.getFileName() + ".incoming");
        this.old = data.resolveSibling(data.getFileName() + ".old");
        this.kept = new KeptDirectories(data);
    }

    /** Where the new data is made. */
    Path incoming() {
        return incoming;
    }

    /** Why the directory cannot be swapped; empty where it can. */
    Optional<String> obstacle() throws IOException {
        Path data = settings.dataDirectory();
        boolean mountPoint = Files.exists(data)
                && !Objects.equals(Files.getAttribute(data, "unix:dev"), Files.getAttribute(parent(), "unix:dev"));
        return mountPoint
                ? Optional.of(
                        data + " is a mount point and cannot be swapped; put the data directory one level below it")
                : Optional.empty();
    }

    /** An empty directory, of PostgreSQL's user. */
    void prepare() throws IOException {
        Optional<OsUser> user = instance.runner().user();
        DirectoryTree.delete(incoming);
        OwnedDirectory.create(incoming, user);
        Files.createDirectories(settings.stateDirectory());
    }

    void discardIncoming() throws IOException {
        DirectoryTree.delete(incoming);
    }

    /** The new data takes its place; what is replaced is put aside where it is to be kept until the restore of a term is confirmed. */
    Optional<Path> replace(Optional<Term> keep) throws IOException {
        if (keep.isEmpty()) {
            makeItOurs();
            swap();
            return Optional.empty();
        }
        mark(keep.get());
        makeItOurs();
        return exchange(keep.get());
    }

    /** The new data brings its source's configuration (port, upstream): ours goes over it before it can start. */
    private void makeItOurs() throws IOException {
        SavedConfig saved = new SavedConfig(settings);
        if (instance.isInitialised() && !settings.configIsElsewhere()) {
            saved.save(settings.dataDirectory());
            saved.restoreTo(incoming);
        } else {
            // The first filling: what the source's managed file says about links and ports is wrong here.
            Files.deleteIfExists(incoming.resolve(ManagedConfig.FILE));
        }
        DurableFile.write(incoming.resolve("standby.signal"), "");
        Files.deleteIfExists(incoming.resolve("recovery.signal"));
        DurableFile.write(incoming.resolve(COMPLETE), "");
    }

    /** The marker lies in the new directory until both renames are durable, so that a crash between them is healed. */
    private void swap() throws IOException {
        Path data = settings.dataDirectory();
        if (Files.exists(data)) {
            DirectoryTree.delete(old);
            Files.move(data, old);
        }
        Files.move(incoming, data);
        syncParent();
        Files.deleteIfExists(data.resolve(COMPLETE));
        Rewind.forget(settings);
    }

    /**
     * As {@link #swap}, but what is replaced is put aside, where it stays until a person confirms the restore of that term; nothing that was put aside
     * before is touched. Carried out again after a crash, what was there before the first time stays, and what that one had put in its place goes.
     *
     * @return where what was replaced lies, or empty where there was nothing
     */
    private Optional<Path> exchange(Term term) throws IOException {
        Path data = settings.dataDirectory();
        if (Files.exists(data) && !isMarked(data, term)) {
            Files.move(data, kept.free(term));
            syncParent();
        }
        swap();
        return kept.of(term);
    }

    /** Marks the new data as what came with the restore of that term, and not before. */
    private void mark(Term term) throws IOException {
        DurableFile.write(incoming.resolve(RESTORED), term.toString());
    }

    /** It has become the cluster's data: whatever replaces it from now on replaces that. */
    public void accept() {
        try {
            Files.deleteIfExists(settings.dataDirectory().resolve(RESTORED));
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "the mark of a restore cannot be removed", e);
        }
    }

    private static boolean isMarked(Path data, Term term) throws IOException {
        Path mark = data.resolve(RESTORED);
        return Files.exists(mark) && Files.readString(mark).equals(term.toString());
    }

    /** Undoes the swap by which data that was restored for that term took its place; nothing is done where it never did. Throws where nothing was kept. */
    public void putBack(Term term) {
        Path data = settings.dataDirectory();
        try {
            if (!isMarked(data, term)) {
                return;
            }
            Optional<Path> aside = kept.of(term);
            if (aside.isPresent()) {
                // By way of a name that stands for a swap under way, so that a crash in between ends with data.
                // What has that name already was restored for this term, too.
                DirectoryTree.delete(old);
                Files.move(aside.get(), old);
            }
            if (!Files.exists(old)) {
                throw new PostgresFailure(
                        PostgresFailure.Reason.FILES, "there is nothing of before the restore of term " + term);
            }
            DirectoryTree.delete(incoming);
            Files.move(data, incoming);
            Files.deleteIfExists(incoming.resolve(COMPLETE));
            Files.move(old, data);
            syncParent();
            DirectoryTree.delete(incoming);
            Rewind.forget(settings);
        } catch (IOException e) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.FILES, "what was there before the restore cannot be put back", e);
        }
    }

    /** Brings a swap to an end in which the agent died; call it before anything else at start. True where there was one. */
    public boolean finishInterrupted() {
        try {
            if (Files.exists(settings.dataDirectory())) {
                return false;
            }
            if (Files.exists(incoming.resolve(COMPLETE))) {
                swap();
                return true;
            }
            if (Files.exists(old)) {
                Files.move(old, settings.dataDirectory());
                syncParent();
                return true;
            }
            return false;
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "the data directory cannot be replaced", e);
        }
    }

    /** When the new one has proved itself. */
    public void discardOld() {
        try {
            DirectoryTree.delete(old);
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, old + " cannot be removed", e);
        }
    }

    private void syncParent() throws IOException {
        DurableFile.syncDirectory(parent());
    }

    private Path parent() {
        return Objects.requireNonNull(settings.dataDirectory().toAbsolutePath().getParent(), "data directory is /");
    }
}
