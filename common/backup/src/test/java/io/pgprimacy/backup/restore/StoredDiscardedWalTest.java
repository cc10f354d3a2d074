package io.pgprimacy.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.SecretObject;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.MasterKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.wal.DiscardedId;
import io.pgprimacy.backup.wal.DiscardedPlace;
import io.pgprimacy.backup.wal.DiscardedSummary;
import io.pgprimacy.backup.wal.DiscardedWal;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StoredDiscardedWalTest {
    private static final String FIRST = "000000010000000000000003";
    private static final String SECOND = "000000010000000000000004";
    private static final DiscardedWal WAL = new DiscardedWal(
            new ClusterId("demo"),
            new Incarnation(2),
            new NodeId("db-1"),
            7,
            new SystemIdentifier("7300000000000000001"),
            1 << 20,
            new TimelineId(1),
            Lsn.parse("0/303A2B8"),
            Lsn.parse("0/4051F10"),
            3,
            Instant.parse("2026-11-23T15:50:03Z"),
            List.of(FIRST, SECOND));

    private final MemoryRepository repository = new MemoryRepository();

    @Test
    void what_was_stored_is_read_again() throws IOException {
        store(WAL);
        StoredDiscardedWal stored = StoredDiscardedWal.open(WAL.place(), repository.masters, repository);

        assertThat(stored.summary().wal()).isEqualTo(WAL);
        for (String segment : WAL.segments()) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            stored.copy(segment, read);
            assertThat(read.toByteArray()).isEqualTo(content(segment));
        }
        assertThat(StoredDiscardedWal.verify(WAL.place(), Optional.of(repository.masters), repository))
                .isEmpty();
    }

    @Test
    void it_lies_where_it_says_what_it_is() {
        assertThat(WAL.place().summary())
                .isEqualTo("clusters/demo/2/discarded/00000001-000000000303A2B8-0000000004051F10-db-1/summary.json");
        assertThat(DiscardedPlace.ofSummary(WAL.place().summary())).contains(WAL.place());
        assertThat(DiscardedPlace.ofSummary("clusters/demo/2/discarded/somebodys/summary.json"))
                .isEmpty();
    }

    @Test
    void no_changed_byte_goes_unnoticed() throws IOException {
        store(WAL);
        Random random = new Random(7);
        for (String name : List.copyOf(repository.objects.keySet())) {
            byte[] whole = repository.objects.get(name);
            for (int i = 0; i < 20; i++) {
                byte[] changed = whole.clone();
                changed[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
                repository.objects.put(name, changed);
                assertThat(StoredDiscardedWal.verify(WAL.place(), Optional.of(repository.masters), repository))
                        .as(name)
                        .isNotEmpty();
            }
            repository.objects.put(name, whole);
        }
    }

    @Test
    void without_a_key_the_hashes_are_compared() throws IOException {
        store(WAL);
        repository.objects.get(WAL.place().segment(SECOND))[100] ^= 1;

        assertThat(StoredDiscardedWal.verify(WAL.place(), Optional.empty(), repository))
                .singleElement()
                .satisfies(damage -> assertThat(damage.object()).endsWith(SECOND));
    }

    @Test
    void a_segment_that_is_gone_is_damage() throws IOException {
        store(WAL);
        repository.objects.remove(WAL.place().segment(FIRST));

        assertThat(StoredDiscardedWal.verify(WAL.place(), Optional.empty(), repository))
                .singleElement()
                .satisfies(damage -> assertThat(damage.what()).contains("no such object"));
    }

    @Test
    void another_master_key_opens_nothing() throws IOException {
        store(WAL);
        MasterKeys others = MasterKeys.of(MasterKey.generate(new SecureRandom()));

        assertThatThrownBy(() -> StoredDiscardedWal.open(WAL.place(), others, repository))
                .isInstanceOf(RepositoryDamaged.class);
    }

    @Test
    void what_has_no_summary_is_not_stored() throws IOException {
        store(WAL);
        repository.objects.remove(WAL.place().summary());

        assertThatThrownBy(() -> StoredDiscardedWal.open(WAL.place(), repository.masters, repository))
                .isInstanceOf(NoSuchObject.class);
    }

    @Test
    void names_of_other_things_are_refused() {
        for (String id : List.of("", "00000001", "../x", "00000001-000000000303A2B8-0000000004051F10-Db")) {
            assertThatThrownBy(() -> new DiscardedId(id)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void store(DiscardedWal wal) throws IOException {
        SecureRandom random = new SecureRandom();
        DiscardedPlace place = wal.place();
        DataKey key = DataKey.generate(random);
        repository.objects.put(
                place.key(repository.masters.currentId()),
                Json.mapper().writeValueAsBytes(repository.masters.wrap(key, place.directory())));
        List<StoredObject> objects = new ArrayList<>();
        for (String segment : wal.segments()) {
            ByteArrayOutputStream object = new ByteArrayOutputStream();
            SecretObject.write(key, place.segment(segment), random, 1, out -> out.write(content(segment)), object);
            repository.objects.put(place.segment(segment), object.toByteArray());
            objects.add(new StoredObject("segments/" + segment, List.of(Part.of(object.toByteArray(), object.size()))));
        }
        repository.objects.put(
                place.summary(), new DiscardedSummary(DiscardedSummary.FORMAT, wal, objects).encode(key));
    }

    private static byte[] content(String segment) {
        byte[] content = new byte[1 << 20];
        new Random(segment.hashCode()).nextBytes(content);
        return content;
    }
}
