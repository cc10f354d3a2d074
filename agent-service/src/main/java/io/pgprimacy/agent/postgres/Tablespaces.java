package io.pgprimacy.agent.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.postgres.SidePlace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tablespaces of a node's data directories, those outside of them. What is served lies at home: where CREATE TABLESPACE has put it, in the
 * location's directory of PostgreSQL's version ({@code PG_15_202209061}). What is being made and what was replaced lies in a {@link SidePlace} inside
 * of the location, where the link of its own data directory leads. So no two data directories share a place, and what replay creates at home meets
 * nobody's files.
 *
 * <p>Moving is a rename and a change of the link. While a {@code MOVING} file is in the side place, its data may be in either; else it is where the
 * link leads.
 */
final class Tablespaces {
    private static final Logger LOG = LoggerFactory.getLogger(Tablespaces.class);
    private static final String LINKS = "pg_tblspc";
    private static final String MOVING = "moving";
    private static final int CATALOG_VERSION_AT = 12;

    private final Path parent;

    /** One tablespace of one data directory: its link, and where that leads. */
    record Link(Path link, Path place) {
        boolean isAtHome() {
            return !SidePlace.isSide(place.toString());
        }

        Path home() {
            return Path.of(SidePlace.home(place.toString()));
        }
    }

    /** @param data the data directory of the node; its others lie beside it */
    Tablespaces(Path data) {
        this.parent = Objects.requireNonNull(data.toAbsolutePath().normalize().getParent(), "data directory is /");
    }

    /** Those outside of it; "in place" ones go wherever it goes. */
    static List<Link> links(Path data) throws IOException {
        List<Link> links = new ArrayList<>();
        for (Path entry : children(data.resolve(LINKS))) {
            if (Files.isSymbolicLink(entry)) {
                links.add(new Link(entry, data.resolve(LINKS).resolve(Files.readSymbolicLink(entry))));
            }
        }
        return links;
    }

    /** Why they cannot be moved; empty where they can. */
    static Optional<String> obstacle(Path data) throws IOException {
        for (Link link : links(data)) {
            if (real(link.place()).startsWith(real(data))) {
                return Optional.of("tablespace " + link.link().getFileName() + " lies in " + link.place()
                        + ", which is inside of the data directory; move it to another place, or drop it");
            }
        }
        return Optional.empty();
    }

    /**
     * Makes room at home: all of them move to a side place of that name. Nothing may run on the data. Done again, it changes nothing; a failure leaves
     * some of them aside, and each where its link leads.
     */
    void putAside(Path data, String name) throws IOException {
        for (Link link : links(data)) {
            Optional<Path> version = version(data, link.place());
            if (link.isAtHome() && version.isPresent()) {
                Path side = Files.createDirectory(
                        link.place().resolve(name),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                DurableFile.giveToOwnerOfDirectory(side);
                DurableFile.write(side.resolve(MOVING), "");
                relink(data, link, side);
                move(version.get(), side);
                DurableFile.delete(side.resolve(MOVING));
            }
        }
    }

    /** Moves them to where CREATE TABLESPACE has put them. Nothing may run on the data. Where that is occupied, they are used where they are. */
    void bringHome(Path data) throws IOException {
        for (Link link : links(data)) {
            if (!link.isAtHome()) {
                bringHome(data, link);
            }
        }
    }

    private static void bringHome(Path data, Link link) throws IOException {
        Path side = link.place();
        Path home = link.home();
        Optional<Path> there = versionsIn(side).stream().findFirst();
        if (there.isPresent() && Files.exists(home.resolve(name(there.get())))) {
            LOG.warn("{} is used where it is: {} has a {} that is not of {}", side, home, name(there.get()), data);
            return;
        }
        if (there.isPresent()) {
            DurableFile.write(side.resolve(MOVING), "");
            move(there.get(), home);
        } else if (!Files.exists(side.resolve(MOVING))) {
            LOG.error("nothing of the tablespace {} is in {}", link.link(), side);
            return;
        }
        relink(data, link, home);
        Files.deleteIfExists(side.resolve(MOVING));
        if (children(side).isEmpty()) {
            Files.delete(side);
        }
        DurableFile.syncDirectory(home);
    }

    /**
     * Removes a data directory with what is its own outside of it, and nothing that the link of another one leads to. The links go after what they lead
     * to, so that a removal that was cut short goes on where it was.
     */
    void delete(Path doomed) throws IOException {
        for (Link link : links(doomed)) {
            if (isOthers(doomed, link.place())) {
                LOG.warn("{} stays: another data directory leads there, too", link.place());
            } else if (link.isAtHome()) {
                Optional<Path> version = version(doomed, link.place());
                if (version.isPresent()) {
                    DirectoryTree.delete(version.get());
                }
            } else {
                DirectoryTree.delete(link.place());
            }
            DurableFile.delete(link.link());
        }
        DirectoryTree.delete(doomed);
    }

    /** A side place to which a fill may have written before it made the link. */
    void deletePlace(Path place) throws IOException {
        if (SidePlace.isSide(place.toString()) && !isOthers(place, place)) {
            DirectoryTree.delete(place);
        }
    }

    /** With the tablespaces. */
    static long bytes(Path data) throws IOException {
        long sum = DirectoryTree.bytes(data);
        for (Link link : links(data)) {
            Optional<Path> version = version(data, link.place());
            if (version.isPresent()) {
                sum += DirectoryTree.bytes(version.get());
            }
        }
        return sum;
    }

    /** Directories of that version of PostgreSQL that nothing of this node leads to: where something new is to be, they are in the way. */
    static Optional<Path> stranger(List<Path> homes, int majorVersion) throws IOException {
        for (Path home : homes) {
            for (Path version : versionsIn(home)) {
                if (name(version).startsWith("PG_" + majorVersion + "_")) {
                    return Optional.of(version);
                }
            }
        }
        return Optional.empty();
    }

    /** Side places in these locations with data in them, whosever. */
    static List<Path> occupiedSides(Path data) throws IOException {
        List<Path> occupied = new ArrayList<>();
        for (Link link : links(data)) {
            for (Path entry : children(link.place())) {
                if (SidePlace.isSide(entry.toString()) && !versionsIn(entry).isEmpty()) {
                    occupied.add(entry);
                }
            }
        }
        return occupied;
    }

    /** Does a data directory beside that one lead there, or to a side place whose data may still, or again, be there? */
    private boolean isOthers(Path doomed, Path place) throws IOException {
        for (Path sibling : children(parent)) {
            if (sibling.equals(doomed.toAbsolutePath().normalize())) {
                continue;
            }
            for (Link link : linksOf(sibling)) {
                boolean between = !link.isAtHome() && versionsIn(link.place()).isEmpty();
                if (isSame(link.place(), place) || (between && isSame(link.home(), place))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What this user may not even look into is no data directory of this node. */
    private static List<Link> linksOf(Path sibling) throws IOException {
        try {
            return links(sibling);
        } catch (AccessDeniedException e) {
            return List.of();
        }
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        return one.normalize().equals(other.normalize()) || real(one).equals(real(other));
    }

    private static Path real(Path path) throws IOException {
        return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize();
    }

    private static void move(Path version, Path into) throws IOException {
        Path from = Objects.requireNonNull(version.getParent());
        Files.move(version, into.resolve(name(version)), StandardCopyOption.ATOMIC_MOVE);
        DurableFile.syncDirectory(into);
        DurableFile.syncDirectory(from);
    }

    /** By a rename: at every moment the link leads to one of the two. */
    private static void relink(Path data, Link link, Path place) throws IOException {
        Path next = data.resolve("pgprimacy.link");
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, place);
        Files.move(next, link.link(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        DurableFile.syncDirectory(data.resolve(LINKS));
    }

    /** Where that data has its files in a place; empty where there is no directory, or the data is so broken that it cannot be told whose it is. */
    private static Optional<Path> version(Path data, Path place) throws IOException {
        Path major = data.resolve("PG_VERSION");
        if (!Files.exists(major)) {
            return Optional.empty();
        }
        String prefix = "PG_" + Files.readString(major, UTF_8).strip() + "_";
        List<Path> candidates = versionsIn(place).stream()
                .filter(p -> name(p).startsWith(prefix))
                .toList();
        Path control = data.resolve("global").resolve("pg_control");
        if (!Files.exists(control)) {
            return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(control)) {
            head = in.readNBytes(CATALOG_VERSION_AT + Integer.BYTES);
        }
        String exact =
                prefix + ByteBuffer.wrap(head).order(ByteOrder.nativeOrder()).getInt(CATALOG_VERSION_AT);
        return candidates.stream().filter(p -> name(p).equals(exact)).findFirst();
    }

    private static List<Path> versionsIn(Path place) throws IOException {
        return children(place).stream()
                .filter(p -> name(p).startsWith("PG_"))
                .filter(p -> Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static List<Path> children(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(children::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        return children;
    }
}
