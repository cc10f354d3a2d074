package io.pgprimacy.storage.wal;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.recovery.RecoveryPlan;
import io.pgprimacy.backup.recovery.RecoveryTarget;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.RecoveryPath;
import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.backup.wal.WalTerm;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.storage.repository.Catalog;
import io.pgprimacy.storage.repository.Refusal;
import io.pgprimacy.storage.repository.Refusal.Reason;
import io.pgprimacy.storage.store.ObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a restore would take, chosen by the very rule that a restore goes by ({@link RecoveryPlan#choose}), from the names and lengths of what is
 * stored. Which timelines lead where is for the caller to say: the histories are encrypted, and no key is here.
 */
public final class RestorePreview {
    private final ObjectStore store;
    private final Catalog catalog;
    private final WalTerms terms;

    public RestorePreview(ObjectStore store, Catalog catalog, WalTerms terms) {
        this.store = store;
        this.catalog = catalog;
        this.terms = terms;
    }

    /** @param backup the only one to consider */
    public record Wanted(RecoveryTarget target, boolean inclusive, Ancestry ancestry, Optional<String> backup) {}

    /**
     * @param chain what has to be downloaded of backups, the full one first, itself last
     * @param backupBytes stored ones of the whole chain: at the most so many
     * @param walFrom the first segment that is replayed from the archive
     * @param walUpTo where the WAL of the target ends at the latest
     * @param walSegments that PostgreSQL is given
     * @param walBytes stored ones of these
     * @param complete whether there is no hole between the backup and the newest WAL
     * @param newestWal when WAL of that timeline was last stored: no commit after it comes back
     */
    public record Preview(
            String target,
            BackupId backup,
            BackupType type,
            NodeId node,
            Instant backupEnded,
            List<BackupId> chain,
            TimelineId timeline,
            long backupBytes,
            Lsn walFrom,
            Lsn walUpTo,
            long walSegments,
            long walBytes,
            boolean complete,
            Optional<Instant> newestWal) {}

    /** Throws {@link io.pgprimacy.backup.restore.RestoreRefused}, with what there is to recover to, where the target is not in it. */
    public Preview of(WalPlace place, Wanted wanted) {
        List<Manifest> backups = restorable(place);
        if (backups.isEmpty()) {
            throw new Refusal(Reason.UNKNOWN, "cluster " + place.cluster() + " has no backup that can be restored");
        }
        List<WalTerm> declared = terms.list(place);
        long size = declared.isEmpty()
                ? backups.getFirst().postgres().walSegmentSize()
                : declared.getFirst().walSegmentSize();
        WalInventory inventory = new WalInventory(place, size);
        Map<String, Long> lengths = new HashMap<>();
        store.list(place.directory(), found -> {
            inventory.add(found.name(), found.length(), found.modified());
            lengths.put(found.name(), found.length());
        });
        RecoveryPath path = new RecoveryPath(inventory, wanted.ancestry());
        RecoveryPlan plan = RecoveryPlan.choose(wanted.target(), wanted.inclusive(), path, backups, wanted.backup());
        return describe(plan, backups, lengths);
    }

    /** What is known to be damaged is left out, and so is what rests on it. */
    private List<Manifest> restorable(WalPlace place) {
        Catalog.Listing listing = catalog.list(place.cluster());
        List<BackupId> unfit = new ArrayList<>();
        listing.states().stream()
                .filter(s -> s.removing() || !s.damaged().isEmpty())
                .forEach(s -> unfit.add(s.id()));
        return listing.backups().stream()
                .filter(b -> b.incarnation().equals(place.incarnation())
                        && b.chain().stream().noneMatch(unfit::contains))
                .toList();
    }

    private static Preview describe(RecoveryPlan plan, List<Manifest> backups, Map<String, Long> lengths) {
        Manifest backup = plan.backup();
        Lsn upTo = plan.target() instanceof RecoveryTarget.At at ? at.lsn() : plan.reach();
        List<WalSegment> segments = segments(plan, upTo);
        TimelineId timeline = plan.path().ancestry().timeline();
        return new Preview(
                plan.target().describe(),
                backup.id(),
                backup.type(),
                backup.node(),
                backup.stop().time(),
                backup.chain(),
                timeline,
                backups.stream()
                        .filter(b -> backup.chain().contains(b.id()))
                        .mapToLong(b -> b.totals().stored())
                        .sum(),
                backup.start().lsn(),
                upTo,
                segments.size(),
                segments.stream()
                        .mapToLong(s -> stored(plan.path(), s, lengths))
                        .sum(),
                plan.complete(),
                plan.path().inventory().timeline(timeline).map(WalInventory.Timeline::newest));
    }

    /** From the one in which replay of the backup begins, as PostgreSQL asks for them. */
    private static List<WalSegment> segments(RecoveryPlan plan, Lsn upTo) {
        List<WalSegment> segments = new ArrayList<>();
        long size = plan.path().inventory().segmentSize();
        Optional<WalSegment> at = Optional.of(WalSegment.containing(
                RecoveryPlan.timelineOf(plan.backup()), plan.backup().start().lsn(), size));
        while (at.isPresent() && at.get().start().isBefore(upTo)) {
            segments.add(at.get());
            at = plan.path().following(at.get());
        }
        return segments;
    }

    private static long stored(RecoveryPath path, WalSegment segment, Map<String, Long> lengths) {
        WalPlace place = path.inventory().place();
        return switch (path.made(segment)) {
            case WHOLE -> lengths.getOrDefault(place.segment(segment), 0L);
            case PARTIAL -> lengths.getOrDefault(place.partial(segment), 0L);
            case SLICES ->
                path.inventory().slices(segment).stream()
                        .mapToLong(s -> lengths.getOrDefault(place.slice(segment, s.from(), s.to()), 0L))
                        .sum();
            // The backup holds it itself.
            case MISSING -> 0;
        };
    }
}
