package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.ComparedInput;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ObjectList;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.storage.repository.Refusal.Reason;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoredSummary;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether what a manifest promises is stored: every object of its list with its length, an index for every group, a key, and its chain. */
final class CommitCheck {
    private static final Pattern GROUP_OBJECT = Pattern.compile("(data|index)/(\\d{8})");

    private final ObjectStore store;
    private final Documents documents;

    CommitCheck(ObjectStore store) {
        this.store = store;
        this.documents = new Documents(store);
    }

    /** What a manifest promises; verifying throws where it is not kept. */
    @FunctionalInterface
    interface Promise {
        void verify(Instant silentSince) throws IOException;
    }

    /** What a listing of the backup's directory says. */
    private static final class Stored {
        private final GroupLengths data = new GroupLengths();
        private final GroupLengths indexes = new GroupLengths();
        private Instant newest = Instant.MIN;
        private boolean key;
    }

    /** @param silentSince refuses where nothing was put since then */
    void verify(BackupPlace place, Manifest manifest, Instant silentSince) throws IOException {
        Stored stored = present(place, manifest.objects(), manifest.groups(), silentSince);
        // The data of a group may be wholly in older backups; its index never is.
        if (stored.indexes.taken() != manifest.groups()) {
            throw new Refusal(
                    Reason.INCOMPLETE,
                    "%s lists %d indexes of %d groups"
                            .formatted(place.objects(), stored.indexes.taken(), manifest.groups()));
        }
        verifyChain(manifest);
    }

    /** The same of a logical backup, which has no indexes and rests upon nothing. */
    void verify(BackupPlace place, DumpManifest manifest, Instant silentSince) throws IOException {
        Stored stored = present(place, manifest.objects(), manifest.groups(), silentSince);
        if (stored.data.taken() != manifest.groups() || stored.indexes.taken() > 0) {
            throw new Refusal(
                    Reason.INCOMPLETE,
                    "%s lists %d data objects of %d, and %d indexes"
                            .formatted(
                                    place.objects(), stored.data.taken(), manifest.groups(), stored.indexes.taken()));
        }
    }

    /** What is stored, once all that is listed was found to be. */
    private Stored present(BackupPlace place, StoredObject objects, int groups, Instant silentSince)
            throws IOException {
        Stored stored = list(place);
        if (stored.newest.equals(Instant.MIN)) {
            throw new Refusal(Reason.INCOMPLETE, place.directory() + " holds nothing");
        }
        if (stored.newest.isBefore(silentSince)) {
            throw new Refusal(Reason.TOO_LATE, "nothing was put into " + place.directory() + " since " + stored.newest);
        }
        if (!stored.key) {
            throw new Refusal(Reason.INCOMPLETE, place.directory() + " has no key");
        }
        compareWithList(place, objects, groups, stored);
        return stored;
    }

    private Stored list(BackupPlace place) {
        Stored stored = new Stored();
        store.list(place.directory(), found -> {
            String name = found.name().substring(place.directory().length());
            sort(name, found, stored);
            stored.newest = found.modified().isAfter(stored.newest) ? found.modified() : stored.newest;
        });
        return stored;
    }

    private static void sort(String name, StoredSummary found, Stored stored) {
        Matcher group = GROUP_OBJECT.matcher(name);
        if (group.matches()) {
            lengths(group, stored).add(Integer.parseInt(group.group(2)), found.length());
        }
        stored.key |= name.startsWith("keys/");
    }

    private static GroupLengths lengths(Matcher group, Stored stored) {
        return group.group(1).equals("data") ? stored.data : stored.indexes;
    }

    private void compareWithList(BackupPlace place, StoredObject objects, int groups, Stored stored)
            throws IOException {
        try (InputStream list = store.open(place.objects())
                .orElseThrow(() -> new Refusal(Reason.INCOMPLETE, place.objects() + " is not there"))) {
            ComparedInput compared = new ComparedInput(list, objects);
            ObjectList.read(place.objects(), compared, object -> compare(object, groups, stored));
            var difference = compared.finish();
            if (difference.isPresent()) {
                throw new RepositoryDamaged(place.objects() + " is not what the manifest says: " + difference.get());
            }
        }
    }

    private static void compare(StoredObject object, int groups, Stored stored) {
        Matcher group = GROUP_OBJECT.matcher(object.name());
        if (!group.matches() || Integer.parseInt(group.group(2)) > groups) {
            throw new Refusal(Reason.INCOMPLETE, "'" + object.name() + "' is not an object of " + groups + " groups");
        }
        OptionalLong length = lengths(group, stored).take(Integer.parseInt(group.group(2)));
        if (length.isEmpty()) {
            throw new Refusal(Reason.INCOMPLETE, "object " + object.name() + " is not there, or is listed twice");
        }
        if (length.getAsLong() != object.length()) {
            throw new Refusal(
                    Reason.INCOMPLETE,
                    "object " + object.name() + " has " + length.getAsLong() + " bytes and should have "
                            + object.length());
        }
    }

    /** The backup below it must be there and rest on the rest of the chain itself, so that no chain is made up. */
    private void verifyChain(Manifest manifest) throws IOException {
        int below = manifest.chain().size() - 1;
        if (below == 0) {
            return;
        }
        Manifest parent = documents
                .manifest(manifest.place(below - 1))
                .orElseThrow(() -> new Refusal(
                        Reason.INCOMPLETE, "it rests on " + manifest.chain().get(below - 1) + ", which is not there"));
        if (!parent.chain().equals(manifest.chain().subList(0, below))) {
            throw new Refusal(
                    Reason.INCOMPLETE,
                    "it rests on " + parent.id() + ", whose chain is " + parent.chain() + ", and claims "
                            + manifest.chain());
        }
        for (int i = 0; i < below - 1; i++) {
            if (store.stat(manifest.place(i).manifest()).isEmpty()) {
                throw new Refusal(
                        Reason.INCOMPLETE, "it rests on " + manifest.chain().get(i) + ", which is not there");
            }
        }
    }
}
