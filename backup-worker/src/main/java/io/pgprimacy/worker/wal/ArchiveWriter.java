package io.pgprimacy.worker.wal;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.WalObject;
import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.restore.WalArchive;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.worker.transfer.SameContent;
import io.pgprimacy.worker.transfer.StoredBytes;
import io.pgprimacy.worker.transfer.WalClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * Puts objects into the archive, once. Where one of that name is there it is read back: the same content is as good as having put it, another is a
 * {@link WalRefused}.
 */
final class ArchiveWriter {
    private final WalClient client;
    private final WalArchive archive;
    private final DayKeys keys;
    private final SecureRandom random = new SecureRandom();
    private final int level;

    /** What is to be stored; may be opened again, to compare it. */
    @FunctionalInterface
    interface Source {
        InputStream open() throws IOException;
    }

    ArchiveWriter(WalPlace place, KeyWrapping masters, WalClient client, int level) {
        this.client = client;
        this.archive = new WalArchive(place, masters, client);
        this.keys = new DayKeys(place, masters, client, random, Clock.systemUTC());
        this.level = level;
    }

    void put(String name, byte[] content) throws IOException {
        put(name, () -> new ByteArrayInputStream(content));
    }

    void put(String name, Source source) throws IOException {
        DayKeys.Current key = keys.today();
        StoredBytes object = new StoredBytes();
        WalObject.write(
                key.id(),
                key.key(),
                name,
                random,
                level,
                out -> {
                    try (InputStream in = source.open()) {
                        in.transferTo(out);
                    }
                },
                object);
        if (!client.put(name, object)) {
            compare(name, source);
        }
    }

    /** Throws {@link WalRefused} unless the archive's object of that name has this content. */
    void compare(String name, Source source) throws IOException {
        try (InputStream here = source.open()) {
            SameContent compared = new SameContent(here, () -> differs(name));
            archive.copy(name, compared);
            compared.requireEnd();
        } catch (RepositoryDamaged e) {
            throw new WalRefused(name + " is in the archive and cannot be read: " + e.getMessage());
        }
    }

    private static WalRefused differs(String name) {
        return new WalRefused(name + " is in the archive with another content");
    }
}
