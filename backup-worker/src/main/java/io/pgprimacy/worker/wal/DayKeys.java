package io.pgprimacy.worker.wal;

import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.wal.WalKeyId;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.worker.transfer.StoredBytes;
import io.pgprimacy.worker.transfer.WalClient;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** A data key of this process's own for each day. Stored before anything is encrypted with it, or that would be lost. */
final class DayKeys {
    private final WalPlace place;
    private final KeyWrapping masters;
    private final WalClient client;
    private final SecureRandom random;
    private final Clock clock;
    private @Nullable Current current;

    record Current(WalKeyId id, LocalDate day, DataKey key) {}

    DayKeys(WalPlace place, KeyWrapping masters, WalClient client, SecureRandom random, Clock clock) {
        this.place = place;
        this.masters = masters;
        this.client = client;
        this.random = random;
        this.clock = clock;
    }

    synchronized Current today() throws IOException {
        LocalDate day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (current == null || !current.day().equals(day)) {
            current = store(new Current(WalKeyId.of(day, random.nextInt()), day, DataKey.generate(random)));
        }
        return current;
    }

    private Current store(Current next) throws IOException {
        String scope = place.keyScope(next.id());
        StoredBytes wrapped = new StoredBytes();
        byte[] document = Json.mapper().writeValueAsBytes(masters.wrap(next.key(), scope));
        wrapped.write(document, 0, document.length);
        if (!client.put(scope + "keys/" + masters.currentId() + ".json", wrapped)) {
            // Either a lost reply or a stroke of chance: the next attempt makes another.
            throw new IOException("a key " + next.id() + " is there already");
        }
        return next;
    }
}
