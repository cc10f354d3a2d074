package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.format.ObjectList;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.storage.repository.Refusal.Reason;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.PartReceipt;
import io.pgprimacy.storage.store.StoreUnavailable;
import io.pgprimacy.storage.store.StoredSummary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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
    private static final int LARGEST_LIST = 256 * 1024 * 1024;
    private static final int LARGEST_MANIFEST = 16 * 1024 * 1024;

    private final ObjectStore store;
    private final Transfers transfers;
    private final Clock clock;
    private final Duration grace;

    /** @param grace after which an uncommitted backup is collected ({@link Garbage}) */
    public BackupUploads(ObjectStore store, Transfers transfers, Clock clock, Duration grace) {
        this.store = store;
        this.transfers = transfers;
        this.clock = clock;
        this.grace = grace;
    }

    /** Begins the upload of an object in parts, and returns its id. */
    public String begin(BackupPlace place, String object) {
        String name = allowed(place, object, IN_PARTS);
        refuseCommitted(place);
        return store.beginUpload(name);
    }

    public Grant part(BackupPlace place, String object, String uploadId, int number, Part part) {
        return transfers.part(allowed(place, object, IN_PARTS), uploadId, number, part.length(), part.sha256());
    }

    public Grant put(BackupPlace place, String object, Part whole) {
        String name = allowed(place, object, IN_ONE_PIECE);
        refuseCommitted(place);
        return transfers.put(name, whole.length(), whole.sha256());
    }

    /** Idempotent. */
    public void complete(BackupPlace place, String object, String uploadId, List<PartReceipt> parts, long length) {
        String name = allowed(place, object, IN_PARTS);
        if (!store.completeUpload(name, uploadId, parts, length)) {
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
            Manifest manifest = ManifestCodec.parse(place.manifest(), document);
            if (!manifest.place().equals(place)) {
                throw new Refusal(
                        Reason.INCOMPLETE,
                        "the manifest is that of " + manifest.place().directory());
            }
            if (isCommitted(place, document)) {
                return;
            }
            verify(place, manifest);
            if (!store.putIfAbsent(place.manifest(), document) && !isCommitted(place, document)) {
                throw new Refusal(Reason.UNKNOWN, place.manifest() + " could not be put, and is not there");
            }
        } catch (RepositoryDamaged e) {
            throw new Refusal(Reason.INCOMPLETE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StoreUnavailable("the backup cannot be verified: " + e.getMessage(), e);
        }
    }

    private void verify(BackupPlace place, Manifest manifest) throws IOException {
        SortedMap<String, StoredSummary> stored = new TreeMap<>();
        store.list(
                place.directory(),
                found -> stored.put(found.name().substring(place.directory().length()), found));
        Instant newest = stored.values().stream()
                .map(StoredSummary::modified)
                .max(Instant::compareTo)
                .orElseThrow(() -> new Refusal(Reason.INCOMPLETE, place.directory() + " holds nothing"));
        if (newest.isBefore(clock.instant().minus(grace.dividedBy(2)))) {
            throw new Refusal(Reason.TOO_LATE, "nothing was put into " + place.directory() + " since " + newest);
        }
        byte[] list = objectList(place, manifest.objects());
        int[] listed = {0};
        ObjectList.read(place.objects(), new ByteArrayInputStream(list), object -> {
            require(stored, object.name(), object.length());
            listed[0]++;
        });
        // Every group has its index; the data of a group may be wholly in older backups.
        for (int group = 1; group <= manifest.groups(); group++) {
            require(stored, place.index(group).substring(place.directory().length()), -1);
        }
        if (listed[0] < manifest.groups()) {
            throw new Refusal(
                    Reason.INCOMPLETE,
                    place.objects() + " lists " + listed[0] + " objects of " + manifest.groups() + " groups");
        }
        if (stored.keySet().stream().noneMatch(name -> name.startsWith("keys/"))) {
            throw new Refusal(Reason.INCOMPLETE, place.directory() + " has no key");
        }
        for (int i = 0; i < manifest.chain().size() - 1; i++) {
            if (store.stat(manifest.place(i).manifest()).isEmpty()) {
                throw new Refusal(
                        Reason.INCOMPLETE, "it rests on " + manifest.chain().get(i) + ", which is not there");
            }
        }
    }

    private static void require(SortedMap<String, StoredSummary> stored, String name, long length) {
        StoredSummary found = stored.get(name);
        if (found == null) {
            throw new Refusal(Reason.INCOMPLETE, "object " + name + " is not there");
        }
        if (length >= 0 && found.length() != length) {
            throw new Refusal(
                    Reason.INCOMPLETE,
                    "object " + name + " has " + found.length() + " bytes and should have " + length);
        }
    }

    private byte[] objectList(BackupPlace place, StoredObject described) throws IOException {
        byte[] list = read(place.objects(), LARGEST_LIST)
                .orElseThrow(() -> new Refusal(Reason.INCOMPLETE, place.objects() + " is not there"));
        int at = 0;
        for (Part part : described.parts()) {
            int end = Math.toIntExact(at + part.length());
            if (end > list.length || !sha256(Arrays.copyOfRange(list, at, end)).equals(part.sha256())) {
                throw new RepositoryDamaged(place.objects() + " is not what the manifest says");
            }
            at = end;
        }
        if (at != list.length) {
            throw new RepositoryDamaged(place.objects() + " is longer than the manifest says");
        }
        return list;
    }

    private boolean isCommitted(BackupPlace place, byte[] document) throws IOException {
        Optional<byte[]> present = read(place.manifest(), LARGEST_MANIFEST);
        if (present.isPresent() && !Arrays.equals(present.get(), document)) {
            throw new Refusal(Reason.ALREADY_COMMITTED, place.manifest() + " is there, and is another one");
        }
        return present.isPresent();
    }

    private Optional<byte[]> read(String name, int most) throws IOException {
        Optional<InputStream> found = store.open(name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = found.get()) {
            byte[] content = in.readNBytes(most + 1);
            if (content.length > most) {
                throw new RepositoryDamaged(name + " is longer than any object of its kind");
            }
            return Optional.of(content);
        }
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

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
