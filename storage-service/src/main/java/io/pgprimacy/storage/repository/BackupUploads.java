package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.storage.repository.BackupStates.State;
import io.pgprimacy.storage.repository.Refusal.Reason;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.PartReceipt;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an agent may do with one backup that it takes: put objects that are not there, and in the end the manifest. Nothing here overwrites,
 * and nothing is good before {@link #commit}.
 */
public final class BackupUploads {
    private static final Pattern IN_PARTS = Pattern.compile("(data|index)/\\d{8}|objects");
    private static final Pattern IN_ONE_PIECE = Pattern.compile("(data|index)/\\d{8}|objects|keys/[0-9a-f]{16}\\.json");
    /** S3's own limits. */
    private static final int MOST_PARTS = 10_000;

    private static final Pattern UPLOAD_ID = Pattern.compile("[\\x21-\\x7e]{1,1024}");

    private final ObjectStore store;
    private final Transfers transfers;
    private final Clock clock;
    private final Duration grace;
    private final Duration expiryGrace;
    private final CheckRecords records;
    private final Documents documents;
    private final CommitCheck check;
    private final BackupStates states;

    /**
     * @param grace after which an uncommitted backup is collected ({@link Garbage})
     * @param expiryGrace after which an expired one is removed ({@link Expiry})
     */
    public BackupUploads(ObjectStore store, Transfers transfers, Clock clock, Duration grace, Duration expiryGrace) {
        this.store = store;
        this.transfers = transfers;
        this.clock = clock;
        this.grace = grace;
        this.expiryGrace = expiryGrace;
        this.records = new CheckRecords(store);
        this.documents = new Documents(store);
        this.check = new CommitCheck(store);
        this.states = new BackupStates(store);
    }

    /** Begins the upload of an object in parts, and returns its id. */
    public String begin(BackupPlace place, String object) {
        String name = allowed(place, object, IN_PARTS);
        store.requireConditions();
        refuseCommitted(place);
        return store.beginUpload(name);
    }

    public Grant part(BackupPlace place, String object, String uploadId, int number, Part part) {
        if (number < 1 || number > MOST_PARTS) {
            throw new IllegalArgumentException("part " + number + " is not 1 to " + MOST_PARTS);
        }
        return transfers.part(allowed(place, object, IN_PARTS), known(uploadId), number, part.length(), part.sha256());
    }

    public Grant put(BackupPlace place, String object, Part whole) {
        String name = allowed(place, object, IN_ONE_PIECE);
        store.requireConditions();
        refuseCommitted(place);
        return transfers.put(name, whole.length(), whole.sha256());
    }

    /** Idempotent. */
    public void complete(BackupPlace place, String object, String uploadId, List<PartReceipt> parts, long length) {
        String name = allowed(place, object, IN_PARTS);
        if (parts.isEmpty() || parts.size() > MOST_PARTS) {
            throw new IllegalArgumentException("an upload has 1 to " + MOST_PARTS + " parts, not " + parts.size());
        }
        if (!store.completeUpload(name, known(uploadId), parts, length)) {
            throw new Refusal(
                    Reason.WOULD_OVERWRITE,
                    "the upload of " + name + " is not known, and no object of " + length + " bytes has come of it");
        }
    }

    /**
     * Makes it a backup. Verifies that every object of its list is there with its length, and its chain; then puts the manifest, on the
     * condition that there is none. A crash before that leaves what {@link Garbage} collects; after it, the backup is whole. Idempotent
     * for the same manifest.
     */
    public void commit(BackupPlace place, byte[] document) {
        try {
            BackupPlace told;
            CommitCheck.Promise promise;
            if (place.shelf() == Shelf.DUMPS) {
                DumpManifest manifest = ManifestCodec.parseDump(place.manifest(), document);
                told = manifest.place();
                promise = since -> check.verify(place, manifest, since);
            } else {
                Manifest manifest = ManifestCodec.parse(place.manifest(), document);
                told = manifest.place();
                promise = since -> {
                    check.verify(place, manifest, since);
                    refuseWhatGoes(manifest);
                };
            }
            if (!told.equals(place)) {
                throw new Refusal(Reason.INCOMPLETE, "the manifest is that of " + told.directory());
            }
            if (isCommitted(place, document)) {
                return;
            }
            promise.verify(clock.instant().minus(grace.dividedBy(2)));
            refuseCollected(place);
            // Before it is a backup: from its first moment on it is known what its manifest and keys must be.
            records.write(place, firstRecord(place, document));
            if (!store.putIfAbsent(place.manifest(), document) && !isCommitted(place, document)) {
                throw new Refusal(Reason.UNKNOWN, place.manifest() + " could not be put, and is not there");
            }
        } catch (RepositoryDamaged e) {
            throw new Refusal(Reason.INCOMPLETE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StoreUnavailable("the backup cannot be verified: " + e.getMessage(), e);
        }
    }

    private CheckRecord firstRecord(BackupPlace place, byte[] manifest) throws RepositoryDamaged {
        SortedMap<String, String> sums = new TreeMap<>(Map.of("manifest.json", CheckRecord.sha256(manifest)));
        List<String> keys = new ArrayList<>();
        store.list(place.keys(), key -> keys.add(key.name()));
        for (String key : keys) {
            byte[] content = documents.read(key, Documents.LARGEST_MANIFEST).orElse(new byte[0]);
            sums.put(key.substring(place.directory().length()), CheckRecord.sha256(content));
        }
        return new CheckRecord(Optional.empty(), 0, sums, new TreeMap<>());
    }

    private void refuseCollected(BackupPlace place) {
        if (states.is(place, State.ABANDONED) || states.is(place, State.REMOVAL)) {
            throw new Refusal(Reason.TOO_LATE, "backup " + place.id() + " is being collected");
        }
    }

    /**
     * Who marks a backup as going removes nothing of it before a time has passed that is longer than what is left to do here, so it cannot be
     * marked, built upon, and removed all at once.
     */
    private void refuseWhatGoes(Manifest manifest) {
        Instant limit = clock.instant().minus(expiryGrace.dividedBy(2));
        for (int i = 0; i < manifest.chain().size() - 1; i++) {
            BackupPlace below = manifest.place(i);
            boolean goes = states.is(below, State.REMOVAL)
                    || states.read(below, State.EXPIRED)
                            .filter(note -> note.at().isBefore(limit))
                            .isPresent();
            if (goes) {
                throw new Refusal(Reason.TOO_LATE, "it rests on " + below.id() + ", which is being removed");
            }
        }
    }

    private boolean isCommitted(BackupPlace place, byte[] document) throws RepositoryDamaged {
        Optional<byte[]> present = documents.read(place.manifest(), Documents.LARGEST_MANIFEST);
        if (present.isPresent() && !Arrays.equals(present.get(), document)) {
            throw new Refusal(Reason.ALREADY_COMMITTED, place.manifest() + " is there, and is another one");
        }
        return present.isPresent();
    }

    private void refuseCommitted(BackupPlace place) {
        if (store.stat(place.manifest()).isPresent()) {
            throw new Refusal(
                    Reason.ALREADY_COMMITTED, "backup " + place.id() + " is complete; nothing is added to it");
        }
    }

    private static String allowed(BackupPlace place, String object, Pattern names) {
        if (!names.matcher(object).matches()) {
            throw new Refusal(Reason.NAME_NOT_ALLOWED, "'" + object + "' is not an object that a backup consists of");
        }
        return place.directory() + object;
    }

    /** An empty one would make a plain put of a part's, without the condition that keeps it from overwriting. */
    private static String known(String uploadId) {
        if (!UPLOAD_ID.matcher(uploadId).matches()) {
            throw new IllegalArgumentException("'" + uploadId + "' is not the id of an upload");
        }
        return uploadId;
    }
}
