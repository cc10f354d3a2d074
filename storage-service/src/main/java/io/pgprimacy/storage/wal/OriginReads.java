package io.pgprimacy.storage.wal;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.wal.WalListing;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.storage.repository.Catalog;
import io.pgprimacy.storage.repository.Grant;
import io.pgprimacy.storage.repository.Incarnations;
import io.pgprimacy.storage.repository.Refusal;
import io.pgprimacy.storage.repository.Refusal.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the agents of a cluster may read of another's repository: backups and WAL of the one life that an operator has named when the cluster's own was
 * claimed. They write nothing there: every address under which something is put names the cluster whose token is shown.
 *
 * <p>Open until the new life archives by itself, for what it needs from then on is its own; until a later one is claimed; and no longer than
 * {@link #OPEN_FOR} after the claim, so that a claim which came to nothing opens nothing for ever.
 */
public final class OriginReads {
    static final Duration OPEN_FOR = Duration.ofDays(7);
    /** A restore asks for thousands of objects; for so long it may go on after what would have ended it. */
    static final Duration KNOWN_FOR = Duration.ofSeconds(5);

    private final Incarnations incarnations;
    private final WalTerms terms;
    private final Catalog catalog;
    private final WalCatalog wal;
    private final Clock clock;
    private final Map<WalPlace, Open> known = new ConcurrentHashMap<>();

    private record Open(WalPlace source, long at) {
        boolean isOld() {
            return System.nanoTime() - at > KNOWN_FOR.toNanos();
        }
    }

    public OriginReads(Incarnations incarnations, WalTerms terms, Catalog catalog, WalCatalog wal, Clock clock) {
        this.incarnations = incarnations;
        this.terms = terms;
        this.catalog = catalog;
        this.wal = wal;
        this.clock = clock;
    }

    /** Of the life that is read alone, as {@link Catalog#list} has them. */
    public Catalog.Listing backups(WalPlace reader) {
        WalPlace source = source(reader);
        Catalog.Listing all = catalog.list(source.cluster());
        List<Manifest> backups = new ArrayList<>();
        List<Catalog.Known> states = new ArrayList<>();
        for (int i = 0; i < all.backups().size(); i++) {
            if (all.backups().get(i).incarnation().equals(source.incarnation())) {
                backups.add(all.backups().get(i));
                states.add(all.states().get(i));
            }
        }
        return new Catalog.Listing(backups, states, all.unreadable());
    }

    public WalListing wal(WalPlace reader, Lsn from) {
        return wal.listing(source(reader), from);
    }

    /** @param name full name in the repository, of an object of a backup or of WAL */
    public Grant download(WalPlace reader, String name) {
        WalPlace source = source(reader);
        boolean readable = name.startsWith(source.directory())
                || name.startsWith(BackupPlace.all(source.cluster(), source.incarnation(), Shelf.BACKUPS));
        if (!readable) {
            throw refusal(name + " is no backup's and no WAL of incarnation " + source.incarnation() + " of cluster "
                    + source.cluster());
        }
        return catalog.download(source.cluster(), name);
    }

    private WalPlace source(WalPlace reader) {
        Open open = known.get(reader);
        if (open == null || open.isOld()) {
            open = new Open(look(reader), System.nanoTime());
            known.put(reader, open);
        }
        return open.source();
    }

    private WalPlace look(WalPlace reader) {
        Incarnations.Origin origin = incarnations
                .origin(reader.cluster(), reader.incarnation())
                .orElseThrow(() -> refusal(text(reader) + " was never claimed"));
        String cluster = origin.cluster();
        Integer life = origin.incarnation();
        if (cluster == null || life == null) {
            throw refusal(text(reader) + " does not begin with stored data");
        }
        List<Incarnation> lives = incarnations.list(reader.cluster());
        if (lives.getLast().compareTo(reader.incarnation()) > 0) {
            throw refusal(text(reader) + " is not the newest, so it reads nothing of " + cluster);
        }
        if (!terms.list(reader).isEmpty()) {
            throw refusal(text(reader) + " archives by itself, so it reads nothing of " + cluster + " any more");
        }
        if (origin.at().plus(OPEN_FOR).isBefore(clock.instant())) {
            throw refusal(text(reader) + " was claimed on " + origin.at() + ", more than " + OPEN_FOR.toDays()
                    + " days ago, so it reads nothing of " + cluster + " any more");
        }
        return new WalPlace(new ClusterId(cluster), new Incarnation(life));
    }

    private static String text(WalPlace reader) {
        return "incarnation " + reader.incarnation() + " of cluster " + reader.cluster();
    }

    private static Refusal refusal(String message) {
        return new Refusal(Reason.NAME_NOT_ALLOWED, message);
    }
}
