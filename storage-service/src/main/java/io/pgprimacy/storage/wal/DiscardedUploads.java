package io.pgprimacy.storage.wal;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.wal.DiscardedPlace;
import io.pgprimacy.backup.wal.DiscardedSummary;
import io.pgprimacy.storage.repository.Grant;
import io.pgprimacy.storage.repository.Refusal;
import io.pgprimacy.storage.repository.Refusal.Reason;
import io.pgprimacy.storage.repository.Transfers;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a node may do with WAL that did not become history (S9): put its segments where they are not, and in the end the summary. Nothing here
 * overwrites, and nothing here or anywhere else removes: which of it was looked through only a person knows.
 *
 * <p>No term is asked for: who stores this is an old primary, and what it stores lies in a place of its own.
 */
public final class DiscardedUploads {
    private static final Pattern OBJECT = Pattern.compile("keys/[0-9a-f]{16}\\.json|segments/[0-9A-F]{24}");
    private static final int LARGEST_SUMMARY = 16 * 1024 * 1024;

    private final ObjectStore store;
    private final Transfers transfers;

    public DiscardedUploads(ObjectStore store, Transfers transfers) {
        this.store = store;
        this.transfers = transfers;
    }

    public Grant put(DiscardedPlace place, String object, Part whole) {
        if (!OBJECT.matcher(object).matches()) {
            throw new Refusal(Reason.NAME_NOT_ALLOWED, "'" + object + "' is not an object of discarded WAL");
        }
        store.requireConditions();
        if (store.stat(place.summary()).isPresent()) {
            throw new Refusal(Reason.ALREADY_COMMITTED, place.directory() + " is complete; nothing is added to it");
        }
        return transfers.put(place.directory() + object, whole.length(), whole.sha256());
    }

    /**
     * From here on it is stored. Everything that the summary names is there with its length, and a key; then the summary is put, on the condition
     * that there is none. Idempotent for the same summary.
     */
    public void commit(DiscardedPlace place, byte[] document) {
        DiscardedSummary summary;
        try {
            summary = DiscardedSummary.parse(place, document);
        } catch (RepositoryDamaged e) {
            throw new Refusal(Reason.INCOMPLETE, String.valueOf(e.getMessage()));
        }
        if (isCommitted(place, document)) {
            return;
        }
        requireAllOf(place, summary);
        store.requireConditions();
        if (!store.putIfAbsent(place.summary(), document) && !isCommitted(place, document)) {
            throw new Refusal(Reason.UNKNOWN, place.summary() + " could not be put, and is not there");
        }
    }

    private void requireAllOf(DiscardedPlace place, DiscardedSummary summary) {
        SortedMap<String, Long> there = new TreeMap<>();
        store.list(
                place.directory(),
                found -> there.put(found.name().substring(place.directory().length()), found.length()));
        if (there.keySet().stream().noneMatch(name -> name.startsWith("keys/"))) {
            throw new Refusal(Reason.INCOMPLETE, place.directory() + " has no key");
        }
        for (StoredObject object : summary.objects()) {
            Long length = there.get(object.name());
            if (length == null || length != object.length()) {
                throw new Refusal(
                        Reason.INCOMPLETE,
                        place.directory() + object.name() + " should have " + object.length() + " bytes, and "
                                + (length == null ? "is not there" : "has " + length));
            }
        }
    }

    private boolean isCommitted(DiscardedPlace place, byte[] document) {
        Optional<InputStream> found = store.open(place.summary());
        if (found.isEmpty()) {
            return false;
        }
        try (InputStream in = found.get()) {
            if (!Arrays.equals(in.readNBytes(LARGEST_SUMMARY), document)) {
                throw new Refusal(Reason.ALREADY_COMMITTED, place.summary() + " is there, and is another one");
            }
            return true;
        } catch (IOException e) {
            throw new StoreUnavailable("cannot read " + place.summary() + ": " + e.getMessage(), e);
        }
    }
}
