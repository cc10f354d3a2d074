package io.pgprimacy.storage.wal;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalTerm;
import io.pgprimacy.backup.wal.WalTermCodec;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.storage.repository.Refusal;
import io.pgprimacy.storage.repository.Refusal.Reason;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The terms under which WAL has been archived. One is declared before its first segment, in the bucket itself, so every instance of this
 * service knows which is the newest; an older one adds nothing any more. An instance that has not yet read a newer declaration may let an older
 * term go on for {@link #KNOWN_FOR}: what that writes lies in its own timeline, and overwrites nothing.
 */
public final class WalTerms {
    static final Duration KNOWN_FOR = Duration.ofSeconds(5);

    private static final int LARGEST = 64 * 1024;

    private final ObjectStore store;
    private final Map<WalPlace, Known> known = new ConcurrentHashMap<>();
    private final Map<String, WalTerm> read = new ConcurrentHashMap<>();

    private record Known(List<WalTerm> terms, long at) {
        boolean isOld() {
            return System.nanoTime() - at > KNOWN_FOR.toNanos();
        }
    }

    public WalTerms(ObjectStore store) {
        this.store = store;
    }

    /** In their order; read from the bucket now. */
    public List<WalTerm> list(WalPlace place) {
        List<String> names = new ArrayList<>();
        store.list(place.terms(), found -> names.add(found.name()));
        List<WalTerm> terms = names.stream().map(name -> read(place, name)).toList();
        known.put(place, new Known(terms, System.nanoTime()));
        return terms;
    }

    /** Idempotent. */
    public void declare(WalPlace place, WalTerm term) {
        for (WalTerm other : list(place)) {
            if (!other.systemIdentifier().equals(term.systemIdentifier())
                    || other.walSegmentSize() != term.walSegmentSize()) {
                throw new Refusal(
                        Reason.OTHER_SYSTEM,
                        place.directory() + " holds WAL of database system " + other.systemIdentifier()
                                + " in segments of "
                                + other.walSegmentSize() + " bytes, not of " + term.systemIdentifier() + " in "
                                + term.walSegmentSize());
            }
            refuseSuperseded(term, other);
        }
        String name = place.term(term.term(), term.timeline());
        if (!store.putIfAbsent(name, WalTermCodec.encode(term))
                && !read(place, name).equals(term)) {
            throw new Refusal(Reason.WOULD_OVERWRITE, name + " is there, and says something else");
        }
        known.remove(place);
    }

    /** Throws {@link Refusal} unless that term was declared and is the newest. */
    void require(WalPlace place, long term, TimelineId timeline) {
        Known now = known.get(place);
        List<WalTerm> terms = now == null || now.isOld() ? list(place) : now.terms();
        WalTerm declared = terms.stream()
                .filter(t -> t.term() == term && t.timeline().equals(timeline))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Reason.STALE_TERM,
                        "term " + term + " on timeline " + timeline + " was not declared for " + place.directory()));
        terms.forEach(other -> refuseSuperseded(declared, other));
    }

    private static void refuseSuperseded(WalTerm term, WalTerm other) {
        if (term.isSupersededBy(other)) {
            throw new Refusal(
                    Reason.STALE_TERM,
                    "term " + term.term() + " on timeline " + term.timeline() + " is over: WAL is archived under term "
                            + other.term() + " on timeline " + other.timeline());
        }
    }

    private WalTerm read(WalPlace place, String name) {
        return read.computeIfAbsent(name, _ -> {
            byte[] document = bytes(name).orElseThrow(() -> new Refusal(Reason.UNKNOWN, name + " was removed"));
            try {
                return WalTermCodec.decode(place, name, document);
            } catch (RepositoryDamaged e) {
                throw new Refusal(Reason.INCOMPLETE, String.valueOf(e.getMessage()));
            }
        });
    }

    private Optional<byte[]> bytes(String name) {
        Optional<InputStream> found = store.open(name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = found.get()) {
            return Optional.of(in.readNBytes(LARGEST));
        } catch (IOException e) {
            throw new StoreUnavailable("cannot read " + name + ": " + e.getMessage(), e);
        }
    }
}
