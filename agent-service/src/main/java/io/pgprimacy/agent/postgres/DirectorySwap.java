package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.OsUser;
import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.SidePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Replaces the data directory as a whole: what is new is made beside it, and takes its place by two renames only when it is complete. A crash between
 * them is healed by {@link #finishInterrupted}. The tablespaces make room for the new ones before those are filled, and {@link #settle} has those of
 * whichever data directory there is in their place again before it is used.
 */
public final class DirectorySwap {
    private static final String COMPLETE = "pgprimacy.complete";
    private static final String RESTORED = "pgprimacy.restored";

    private final PostgresInstance instance;
    private final InstanceSettings settings;
    private final Path incoming;
    private final Path old;
    private final KeptDirectories kept;
    private final Tablespaces tablespaces;
    private final PlacesOfFill places;

    public DirectorySwap(PostgresInstance instance) {
        this.instance = instance;
        this.settings = instance.settings();
        Path data = settings.dataDirectory();
        this.incoming = data.resolveSibling(data.getFileName() + ".incoming");
        this.old = data.resolveSibling(data.getFileName() + ".old");
        this.kept = new KeptDirectories(data);
        this.tablespaces = new Tablespaces(data);
        this.places = new PlacesOfFill(settings, tablespaces);
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
                : Tablespaces.obstacle(data);
    }

    /**
     * An empty directory, of PostgreSQL's user; the tablespaces' homes are free. Returns the name of the side places for the new data's tablespaces.
     */
    String prepare() throws IOException {
        Optional<OsUser> user = instance.runner().user();
        discardIncoming();
        Instant now = Instant.now();
        makeRoom(SidePlace.aside(settings.node(), now));
        OwnedDirectory.create(incoming, user);
        Files.createDirectories(settings.stateDirectory());
        String side = SidePlace.incoming(settings.node(), now);
        places.note(side, List.of());
        return side;
    }

    /** Before a fill that makes its links only when it is complete. */
    void fills(String side, List<Path> homes) throws IOException {
        places.note(side, homes);
    }

    void discardIncoming() throws IOException {
        tablespaces.delete(incoming);
        places.clear();
    }

    private void makeRoom(String side) throws IOException {
        try {
            tablespaces.putAside(settings.dataDirectory(), side);
        } catch (IOException e) {
            tablespaces.bringHome(settings.dataDirectory());
            throw new PostgresFailure(
                    PostgresFailure.Reason.FILES,
                    "the tablespaces cannot make room for new ones inside of their locations: " + e,
                    e);
        }
    }

    /** Why data of a cluster with tablespaces in these locations cannot be made here; the homes have been made free. */
    Optional<String> obstacle(List<Path> homes) throws IOException {
        return Tablespaces.stranger(homes, instance.installation().majorVersion())
                .map(stranger -> stranger + " is in the way of a tablespace, and no data directory of "
                        + settings.node() + " leads to it; move it away, or remove it if nobody needs it");
    }

    /**
     * Has the tablespaces of the data directory in their places. Nothing may run on it. What was being made is given up where it, or the way of making
     * it, has taken these places; it is complete and in use, or of no use any more.
     */
    void settle() {
        Path data = settings.dataDirectory();
        try {
            boolean home = Tablespaces.links(data).stream().allMatch(Tablespaces.Link::isAtHome);
            if (!home || !Tablespaces.links(incoming).isEmpty()) {
                discardIncoming();
                tablespaces.bringHome(data);
            }
            places.clear();
        } catch (IOException e) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.FILES, "the tablespaces of " + data + " cannot be put in place: " + e, e);
        }
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
            tablespaces.delete(old);
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
                tablespaces.delete(old);
                Files.move(aside.get(), old);
            }
            if (!Files.exists(old)) {
                throw new PostgresFailure(
                        PostgresFailure.Reason.FILES, "there is nothing of before the restore of term " + term);
            }
            discardIncoming();
            Files.move(data, incoming);
            Files.deleteIfExists(incoming.resolve(COMPLETE));
            Files.move(old, data);
            syncParent();
            discardIncoming();
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
            tablespaces.delete(old);
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
