package io.pgprimacy.storage.wal;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.retention.BackupFacts;
import io.pgprimacy.backup.retention.RetentionPlan;
import io.pgprimacy.backup.retention.RetentionPlan.Verdict;
import io.pgprimacy.backup.retention.RetentionPolicy;
import io.pgprimacy.backup.retention.WalHorizon;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.backup.wal.WalTerm;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.storage.repository.Expiry;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/**
 * Lets the WAL go that no backup needs, in two runs like {@link Expiry}: it is marked, by the position up to which it goes; after the grace, what
 * lies before the mark and still goes is removed. Timelines' histories, terms and keys stay.
 *
 * <p>The oldest goes first, so a crash leaves an archive that begins later, and no hole. The mark is removed last: the next run goes on. A mark that
 * cannot be read is made anew, and the grace begins again.
 */
public final class WalExpiry {
    private static final Pattern OF_A_SEGMENT = Pattern.compile(
            "[0-9A-F]{8}/(?:segments/([0-9A-F]{24})(?:\\.partial)?|slices/([0-9A-F]{24})/[0-9a-f]{8}-[0-9a-f]{8})");
    private static final int LARGEST_MARK = 64 * 1024;

    private final ObjectStore store;
    private final WalTerms terms;
    private final Expiry expiry;
    private final Clock clock;
    private final Duration grace;

    public WalExpiry(ObjectStore store, WalTerms terms, Expiry expiry, Clock clock, Duration grace) {
        this.store = store;
        this.terms = terms;
        this.expiry = expiry;
        this.clock = clock;
        this.grace = grace;
    }

    /** Of stored objects. */
    public record Amount(long objects, long bytes) {
        static final Amount NONE = new Amount(0, 0);

        Amount plus(Amount other) {
            return new Amount(objects + other.objects, bytes + other.bytes);
        }
    }

    /** @param marked what a later run removes, whenever it was marked */
    public record Applied(Amount marked, Amount removed) {}

    /** @param before segments that end at or before it go */
    record Mark(Instant at, String actor, String reason, Lsn before) {}

    private record Found(String name, WalSegment segment, long length) {}

    /** What goes in the end, whatever backups are still there that go. */
    public Amount plan(ClusterId cluster, RetentionPlan plan) {
        WalHorizon horizon = WalHorizon.eventually(plan);
        Amount goes = Amount.NONE;
        for (WalPlace place : places(cluster)) {
            goes = goes.plus(amount(find(place, s -> horizon.goes(place.incarnation(), s.end()))));
        }
        return goes;
    }

    /** Refused while a manifest cannot be read, as {@link Expiry#apply} is, after which it comes. */
    public Applied apply(ClusterId cluster, RetentionPolicy policy, String actor, String reason) {
        RetentionPlan plan = expiry.planForRemoval(cluster, policy);
        List<BackupFacts> listed = plan.verdicts().stream().map(Verdict::backup).toList();
        WalHorizon horizon = WalHorizon.now(plan, listed);
        Applied applied = new Applied(Amount.NONE, Amount.NONE);
        for (WalPlace place : places(cluster)) {
            Applied here = apply(place, horizon, actor, reason);
            applied = new Applied(
                    applied.marked().plus(here.marked()), applied.removed().plus(here.removed()));
        }
        return applied;
    }

    private Applied apply(WalPlace place, WalHorizon horizon, String actor, String reason) {
        List<Found> going = find(place, s -> horizon.goes(place.incarnation(), s.end()));
        Optional<Mark> mark = read(place);
        boolean due =
                mark.filter(m -> !m.at().isAfter(clock.instant().minus(grace))).isPresent();
        List<Found> removed = going.stream()
                .filter(f ->
                        due && !f.segment().end().isAfter(mark.orElseThrow().before()))
                .toList();
        List<Found> left = going.stream().filter(f -> !removed.contains(f)).toList();
        removed.forEach(f -> store.remove(f.name()));
        if (due || (mark.isPresent() && going.isEmpty())) {
            store.remove(markOf(place));
        }
        if (!left.isEmpty() && (due || mark.isEmpty())) {
            Lsn before = left.stream().map(f -> f.segment().end()).reduce(Lsn.ZERO, Lsn::max);
            store.put(markOf(place), Json.mapper().writeValueAsBytes(new Mark(clock.instant(), actor, reason, before)));
        }
        return new Applied(amount(left), amount(removed));
    }

    /** By their position, the oldest first. */
    private List<Found> find(WalPlace place, Predicate<WalSegment> wanted) {
        List<WalTerm> declared = terms.list(place);
        List<Found> found = new ArrayList<>();
        if (declared.isEmpty()) {
            return found;
        }
        long size = declared.getFirst().walSegmentSize();
        store.list(place.directory(), object -> {
            Matcher name = OF_A_SEGMENT.matcher(
                    object.name().substring(place.directory().length()));
            if (name.matches()) {
                WalSegment.parse(name.group(1) == null ? name.group(2) : name.group(1), size)
                        .filter(wanted)
                        .ifPresent(s -> found.add(new Found(object.name(), s, object.length())));
            }
        });
        found.sort(Comparator.comparing((Found f) -> f.segment().start()).thenComparing(Found::name));
        return found;
    }

    private List<WalPlace> places(ClusterId cluster) {
        return store.directories(BackupPlace.CLUSTERS + cluster + "/").stream()
                .filter(life -> life.matches("[1-9]\\d{0,8}"))
                .map(life -> new WalPlace(cluster, new Incarnation(Integer.parseInt(life))))
                .toList();
    }

    private Optional<Mark> read(WalPlace place) {
        Optional<InputStream> stored = store.open(markOf(place));
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = stored.get()) {
            return Optional.of(Json.mapper().readValue(in.readNBytes(LARGEST_MARK), Mark.class));
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StoreUnavailable("cannot read " + markOf(place) + ": " + e.getMessage(), e);
        }
    }

    private static Amount amount(List<Found> found) {
        return new Amount(found.size(), found.stream().mapToLong(Found::length).sum());
    }

    private static String markOf(WalPlace place) {
        return BackupPlace.states(place.cluster(), place.incarnation(), BackupPlace.Shelf.BACKUPS) + "wal/expired.json";
    }
}
