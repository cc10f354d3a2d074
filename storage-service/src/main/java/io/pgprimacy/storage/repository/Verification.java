package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ObjectList;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.restore.Retries;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.Catalog.Dumps;
import io.pgprimacy.storage.repository.Catalog.Listing;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Hashes what is stored, and compares it with what the lists of objects say: without a key, so by whoever keeps the bucket. Bounded in time
 * and in rate, it goes on where it stopped, first with what was never verified and then with what was verified longest ago, so that short
 * runs get round. Discarded WAL comes last, with the time that is left.
 */
public final class Verification {
    /** The list of half a million objects. */
    private static final int LARGEST_LIST = 48 * 1024 * 1024;

    private final ObjectStore store;
    private final Catalog catalog;
    private final CheckRecords records;
    private final DiscardedVerification discarded;
    private final Clock clock;

    public Verification(ObjectStore store, Catalog catalog, Clock clock) {
        this.store = store;
        this.catalog = catalog;
        this.records = new CheckRecords(store);
        this.discarded = new DiscardedVerification(store);
        this.clock = clock;
    }

    /** @param bytesPerSecond 0 for no limit */
    public record Limits(Duration time, long bytesPerSecond) {
        public Limits {
            if (time.isNegative() || time.isZero() || bytesPerSecond < 0) {
                throw new IllegalArgumentException("a verification needs some time, and no negative rate");
            }
        }
    }

    /**
     * What one run did.
     *
     * @param passed backups of which a pass over all objects ended in it
     * @param damaged objects that are not what was stored, full names
     * @param unreadable manifests that cannot be read
     */
    public record Outcome(
            long objects, long bytes, List<String> passed, List<String> damaged, List<String> unreadable) {}

    /** One backup after another until the time is up; at least one object, so that every run gets on. */
    public Outcome run(ClusterId cluster, Limits limits) {
        List<String> unreadable = new ArrayList<>();
        List<Stored> order = new ArrayList<>(all(cluster, unreadable));
        order.sort(Comparator.comparing(stored -> stored.verified().orElse(Instant.MIN)));
        Outcome outcome = new Outcome(0, 0, new ArrayList<>(), new ArrayList<>(), List.copyOf(unreadable));
        Pace pace = new Pace(clock, limits);
        for (int i = 0; i < order.size() && (i == 0 || !pace.isOver()); i++) {
            verify(order.get(i), pace, outcome);
        }
        outcome.damaged().addAll(discarded.run(cluster, pace));
        return new Outcome(pace.objects(), pace.bytes(), outcome.passed(), outcome.damaged(), outcome.unreadable());
    }

    /**
     * Something to verify, logical backups too.
     *
     * @param objects the list of its objects
     */
    private record Stored(BackupPlace place, StoredObject objects, Optional<Instant> verified) {}

    private List<Stored> all(ClusterId cluster, List<String> unreadable) {
        List<Stored> all = new ArrayList<>();
        Listing listing = catalog.list(cluster);
        for (int i = 0; i < listing.backups().size(); i++) {
            Manifest backup = listing.backups().get(i);
            all.add(new Stored(
                    backup.place(), backup.objects(), listing.states().get(i).verified()));
        }
        Dumps dumps = catalog.dumps(cluster);
        for (int i = 0; i < dumps.dumps().size(); i++) {
            DumpManifest dump = dumps.dumps().get(i);
            all.add(new Stored(
                    dump.place(), dump.objects(), dumps.states().get(i).verified()));
        }
        unreadable.addAll(listing.unreadable());
        unreadable.addAll(dumps.unreadable());
        return all;
    }

    private void verify(Stored stored, Pace pace, Outcome outcome) {
        BackupPlace place = stored.place();
        Findings findings = new Findings(records.read(place), clock);
        try {
            documents(place, findings, pace);
            objects(stored, findings, pace);
            if (findings.isComplete()) {
                outcome.passed().add(place.id().value());
            }
        } finally {
            // Also when the store has gone away: what was found is not forgotten where it can still be said.
            findings.damagedNames().forEach(name -> outcome.damaged().add(place.directory() + name));
            if (store.stat(place.manifest()).isPresent()) {
                records.write(place, findings.record());
            }
        }
    }

    /** The manifest and the keys stand in no list; what they were when they were first seen does. */
    private void documents(BackupPlace place, Findings findings, Pace pace) {
        Documents documents = new Documents(store);
        List<String> names = new ArrayList<>(List.of("manifest.json"));
        store.list(
                place.keys(),
                key -> names.add(key.name().substring(place.directory().length())));
        findings.keysMustBeAmong(names);
        for (String name : names) {
            try {
                byte[] content = documents
                        .read(place.directory() + name, Documents.LARGEST_MANIFEST)
                        .orElse(new byte[0]);
                findings.document(name, CheckRecord.sha256(content));
                pace.pass(content.length);
            } catch (RepositoryDamaged e) {
                findings.damaged(name, "a small object", "one that is too long");
            }
        }
    }

    private void objects(Stored stored, Findings findings, Pace pace) {
        BackupPlace place = stored.place();
        StoredObject expected = new StoredObject("objects", stored.objects().parts());
        try {
            // Held in memory: a stream that is read for an hour, an object's entry at a time, would be closed by the
            // store.
            byte[] list = new Documents(store)
                    .read(place.objects(), LARGEST_LIST)
                    .orElseThrow(() -> new RepositoryDamaged("no object"));
            if (!findings.object(expected, new ByteArrayInputStream(list), pace)) {
                return;
            }
            long[] number = {0};
            ObjectList.read(place.objects(), new ByteArrayInputStream(list), object -> {
                if (number[0]++ >= findings.position() && !(pace.isOver() && findings.hasMoved())) {
                    compare(place, object, findings, pace);
                    findings.moved();
                }
            });
            if (findings.position() >= number[0]) {
                findings.complete();
            }
        } catch (RepositoryDamaged e) {
            findings.damaged("objects", expected.length() + " bytes", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StoreUnavailable("cannot read " + place.objects() + ": " + e.getMessage(), e);
        }
    }

    /** Begun again where its body breaks off, so that one such object does not end a run over thousands. */
    private void compare(BackupPlace place, StoredObject object, Findings findings, Pace pace) {
        try {
            Retries.run(() -> {
                Optional<InputStream> content = store.open(place.directory() + object.name());
                if (content.isEmpty()) {
                    findings.damaged(object.name(), object.length() + " bytes", "no object");
                    return false;
                }
                try (InputStream in = content.get()) {
                    return findings.object(object, in, pace);
                }
            });
        } catch (IOException e) {
            throw new StoreUnavailable("cannot read " + object.name() + ": " + e.getMessage(), e);
        }
    }
}
