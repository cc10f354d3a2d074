package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.BundleReader;
import io.pgprimacy.backup.bundle.GroupIndex;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.ComparedInput;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.format.ObjectList;
import io.pgprimacy.backup.format.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads all that one backup has stored, and says what is not as it was written. Without a key it compares hashes; with one it also verifies
 * the manifest's seal, and decrypts and decompresses every object, in the same pass. Nothing is written anywhere.
 */
public final class BackupVerification {
    private final BackupPlace place;
    private final ObjectSource source;
    private final Optional<KeyWrapping> masters;
    private final List<Damage> damaged = new ArrayList<>();
    private long objects;
    private long bytes;

    /** @param object full name */
    public record Damage(String object, String what) {}

    public record Outcome(long objects, long bytes, List<Damage> damaged) {
        public Outcome {
            damaged = List.copyOf(damaged);
        }
    }

    public BackupVerification(BackupPlace place, Optional<KeyWrapping> masters, ObjectSource source) {
        this.place = place;
        this.masters = masters;
        this.source = source;
    }

    /** Throws only where the store cannot be read; what it finds is in the outcome. */
    public Outcome run() throws IOException {
        try {
            Optional<DataKey> key = Optional.empty();
            Manifest manifest;
            if (masters.isPresent()) {
                StoredBackup backup = Retries.run(() -> StoredBackup.open(place, masters.get(), source));
                key = Optional.of(backup.key());
                manifest = backup.manifest();
            } else {
                manifest = Retries.run(this::unsealed);
            }
            verify(manifest, key);
        } catch (RepositoryDamaged | NoSuchObject e) {
            damaged.add(new Damage(place.manifest(), String.valueOf(e.getMessage())));
        }
        return new Outcome(objects, bytes, damaged);
    }

    private Manifest unsealed() throws IOException {
        try (InputStream in = source.open(place.manifest())) {
            Manifest manifest = ManifestCodec.parse(place.manifest(), in.readNBytes(StoredBackup.LARGEST_DOCUMENT));
            if (!manifest.place().equals(place)) {
                throw new RepositoryDamaged(
                        "it is the manifest of " + manifest.place().directory());
            }
            return manifest;
        }
    }

    private void verify(Manifest manifest, Optional<DataKey> key) throws IOException {
        StoredObject list = new StoredObject("objects", manifest.objects().parts());
        if (!Retries.run(() -> isGood(list, Optional.empty()))) {
            return;
        }
        List<StoredObject> listed = new ArrayList<>();
        Retries.run(() -> {
            listed.clear();
            try (InputStream in = source.open(place.objects())) {
                ObjectList.read(place.objects(), in, listed::add);
            }
            return listed;
        });
        for (StoredObject object : listed) {
            Retries.run(() -> isGood(object, key));
        }
    }

    private boolean isGood(StoredObject expected, Optional<DataKey> key) throws IOException {
        String name = place.directory() + expected.name();
        Optional<String> wrong;
        try (InputStream in = source.open(name)) {
            ComparedInput compared = new ComparedInput(in, expected);
            Optional<String> unreadable = key.isPresent() ? unreadable(name, key.get(), compared) : Optional.empty();
            // The hash first: it says which part, the key only that it does not decrypt.
            wrong = compared.finish().map(Object::toString).or(() -> unreadable);
        } catch (NoSuchObject e) {
            wrong = Optional.of("there is no such object");
        }
        objects++;
        bytes += expected.length();
        wrong.ifPresent(what -> damaged.add(new Damage(name, what)));
        return wrong.isEmpty();
    }

    private static Optional<String> unreadable(String name, DataKey key, InputStream stored) throws IOException {
        try {
            if (name.contains("/index/")) {
                GroupIndex.read(key, name, stored);
            } else {
                BundleReader.read(key, name, stored, new Discard());
            }
            return Optional.empty();
        } catch (RepositoryDamaged e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Reading to the end is the test. */
    private static final class Discard implements BundleReader.Visitor {
        @Override
        public void file(String path, long size, InputStream content) throws IOException {
            content.transferTo(OutputStream.nullOutputStream());
        }

        @Override
        public void pages(String path, InputStream run) throws IOException {
            run.transferTo(OutputStream.nullOutputStream());
        }
    }
}
