package io.pgprimacy.worker.discarded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.MasterKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.restore.NoSuchObject;
import io.pgprimacy.backup.restore.StoredDiscardedWal;
import io.pgprimacy.backup.wal.DiscardedSummary;
import io.pgprimacy.backup.wal.DiscardedWal;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.transfer.DiscardedStore;
import io.pgprimacy.worker.transfer.StoredBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscardedUploadTest {
    private static final List<String> SEGMENTS = List.of("000000010000000000000003", "000000010000000000000004");

    @TempDir
    Path directory;

    private final MasterKey master = MasterKey.generate(new SecureRandom());
    private MasterKeys masters = MasterKeys.of(master);
    private final Memory store = new Memory();

    @BeforeEach
    void putAside() throws IOException {
        for (String segment : SEGMENTS) {
            byte[] content = new byte[1 << 20];
            new Random(segment.hashCode()).nextBytes(content);
            Files.write(directory.resolve(segment), content);
        }
    }

    @Test
    void what_is_stored_is_what_was_put_aside() throws IOException {
        DiscardedSummary summary = upload(wal(7)).run();

        assertThat(store.objects.lastKey()).endsWith("summary.json");
        assertStored();
        assertThat(summary.stored())
                .isEqualTo(SEGMENTS.stream()
                        .mapToLong(s -> store.objects.get(wal(7).place().segment(s)).length)
                        .sum());
    }

    /** After each of the puts, and after the last one. */
    @Test
    void a_crash_anywhere_is_gone_on_from() throws IOException {
        for (int puts = 0; puts <= 4; puts++) {
            store.objects.clear();
            store.putsLeft = puts;
            if (puts < 4) {
                assertThatThrownBy(() -> upload(wal(7)).run()).isInstanceOf(IOException.class);
                assertThat(store.objects).hasSize(puts);
            } else {
                upload(wal(7)).run();
            }
            SortedMap<String, byte[]> before = new TreeMap<>(store.objects);
            store.putsLeft = 100;

            upload(wal(8)).run();

            assertStored();
            before.forEach(
                    (name, content) -> assertThat(store.objects.get(name)).isSameAs(content));
        }
    }

    @Test
    void a_put_whose_answer_was_lost_counts() throws IOException {
        store.answersLost = true;
        assertThatThrownBy(() -> upload(wal(7)).run()).hasMessageContaining("answer was lost");
        store.answersLost = false;

        upload(wal(7)).run();

        assertStored();
    }

    @Test
    void what_was_begun_is_gone_on_with_after_the_master_keys_were_rotated() throws IOException {
        store.putsLeft = 2;
        assertThatThrownBy(() -> upload(wal(7)).run()).isInstanceOf(IOException.class);
        store.putsLeft = 100;
        masters = MasterKeys.of(MasterKey.generate(new SecureRandom()), master);

        upload(wal(7)).run();

        assertStored();
    }

    @Test
    void other_content_under_that_name_is_refused_and_stays() throws IOException {
        store.putsLeft = 2;
        assertThatThrownBy(() -> upload(wal(7)).run()).isInstanceOf(IOException.class);
        SortedMap<String, byte[]> before = new TreeMap<>(store.objects);
        store.putsLeft = 100;
        change(SEGMENTS.getFirst());

        assertThatThrownBy(() -> upload(wal(7)).run())
                .isInstanceOf(RepositoryDamaged.class)
                .hasMessageContaining(SEGMENTS.getFirst() + " is stored already, with another content");
        assertThat(store.objects).isEqualTo(before);
    }

    @Test
    void other_content_than_what_is_wholly_stored_is_refused() throws IOException {
        upload(wal(7)).run();
        change(SEGMENTS.getLast());

        assertThatThrownBy(() -> upload(wal(7)).run())
                .isInstanceOf(RepositoryDamaged.class)
                .hasMessageContaining("with another content");
    }

    @Test
    void other_transactions_are_another_wal() throws IOException {
        upload(wal(7)).run();
        DiscardedWal same = wal(7);
        DiscardedWal other = new DiscardedWal(
                same.cluster(),
                same.incarnation(),
                same.node(),
                same.term(),
                same.systemIdentifier(),
                same.walSegmentSize(),
                same.timeline(),
                same.from(),
                same.to(),
                same.transactions() + 1,
                same.savedAt(),
                same.segments());

        assertThatThrownBy(() -> upload(other).run()).hasMessageContaining("says something else");
    }

    private void change(String segment) throws IOException {
        byte[] content = Files.readAllBytes(directory.resolve(segment));
        content[content.length / 2] ^= 1;
        Files.write(directory.resolve(segment), content);
    }

    private void assertStored() throws IOException {
        StoredDiscardedWal stored = StoredDiscardedWal.open(wal(7).place(), masters, store);
        for (String segment : SEGMENTS) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            stored.copy(segment, read);
            assertThat(Arrays.equals(read.toByteArray(), Files.readAllBytes(directory.resolve(segment))))
                    .isTrue();
        }
    }

    private DiscardedUpload upload(DiscardedWal wal) {
        return new DiscardedUpload(directory, wal, masters, store);
    }

    private static DiscardedWal wal(long term) {
        return new DiscardedWal(
                new ClusterId("demo"),
                Incarnation.FIRST,
                new NodeId("a"),
                term,
                new SystemIdentifier("7300000000000000001"),
                1 << 20,
                new TimelineId(1),
                Lsn.parse("0/303A2B8"),
                Lsn.parse("0/4051F10"),
                3,
                Instant.parse("2026-11-23T15:50:03Z").plusSeconds(term),
                SEGMENTS);
    }

    /** Overwrites nothing, as the storage service does not; dies after so many puts. */
    private static final class Memory implements DiscardedStore {
        final TreeMap<String, byte[]> objects = new TreeMap<>();
        int putsLeft = 100;
        boolean answersLost;

        @Override
        public boolean put(String name, StoredBytes content, Part described) throws IOException {
            return put(name, content.content().readAllBytes());
        }

        @Override
        public void commit(byte[] summary) throws IOException {
            put("clusters/demo/1/discarded/00000001-000000000303A2B8-0000000004051F10-a/summary.json", summary);
        }

        private boolean put(String name, byte[] content) throws IOException {
            if (putsLeft-- <= 0) {
                throw new IOException("it has died");
            }
            boolean put = objects.putIfAbsent(name, content) == null;
            if (answersLost && put) {
                throw new IOException("the answer was lost");
            }
            return put;
        }

        @Override
        public InputStream open(String name) throws IOException {
            byte[] content = objects.get(name);
            if (content == null) {
                throw new NoSuchObject(name);
            }
            return new ByteArrayInputStream(content);
        }
    }
}
