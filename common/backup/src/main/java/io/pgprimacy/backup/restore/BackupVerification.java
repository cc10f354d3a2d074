package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.BundleReader;
import io.pgprimacy.backup.bundle.GroupIndex;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.ComparedInput;
import io.pgprimacy.backup.format.DumpManifest;
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
            Opened opened = Retries.run(place.shelf() == Shelf.DUMPS ? this::dump : this::backup);
            verify(opened.objects(), opened.key());
        } catch (RepositoryDamaged | NoSuchObject e) {
            damaged.add(new Damage(place.manifest(), String.valueOf(e.getMessage())));
        }
        return new Outcome(objects, bytes, damaged);
    }

    /** What its manifest says, with its key where there is one to verify it by. */
    private record Opened(StoredObject objects, Optional<DataKey> key) {}

    private Opened backup() throws IOException {
        if (masters.isPresent()) {
            StoredBackup backup = StoredBackup.open(place, masters.get(), source);
            return new Opened(backup.manifest().objects(), Optional.of(backup.key()));
        }
        Manifest manifest = ManifestCodec.parse(place.manifest(), StoredBackup.document(place.manifest(), source));
        requirePlace(manifest.place());
        return new Opened(manifest.objects(), Optional.empty());
    }

    private Opened dump() throws IOException {
        if (masters.isPresent()) {
            StoredDump dump = StoredDump.open(place, masters.get(), source);
            return new Opened(dump.manifest().objects(), Optional.of(dump.key()));
        }
        DumpManifest manifest =
                ManifestCodec.parseDump(place.manifest(), StoredBackup.document(place.manifest(), source));
        requirePlace(manifest.place());
        return new Opened(manifest.objects(), Optional.empty());
    }

    private void requirePlace(BackupPlace told) throws RepositoryDamaged {
        if (!told.equals(place)) {
            throw new RepositoryDamaged("it is the manifest of " + told.directory());
        }
    }

    private void verify(StoredObject objects, Optional<DataKey> key) throws IOException {
        StoredObject list = new StoredObject("objects", objects.parts());
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

    private Optional<String> unreadable(String name, DataKey key, InputStream stored) throws IOException {
        try {
            if (place.shelf() == Shelf.DUMPS) {
                StoredDump.read(key, name, stored, (_, _) -> {});
            } else if (name.contains("/index/")) {
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
