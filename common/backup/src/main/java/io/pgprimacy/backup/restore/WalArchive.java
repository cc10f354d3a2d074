package io.pgprimacy.backup.restore;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.WalObject;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.backup.wal.WalInventory.Slice;
import io.pgprimacy.backup.wal.WalKeyId;
import io.pgprimacy.backup.wal.WalPages;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads the WAL archive of one incarnation: every byte authenticated, and the WAL that its name promises. Threads may share it. */
public final class WalArchive {
    private static final int LARGEST_HISTORY = 1024 * 1024;

    private final WalPlace place;
    private final KeyWrapping masters;
    private final ObjectSource source;
    private final Map<WalKeyId, DataKey> keys = new ConcurrentHashMap<>();

    public WalArchive(WalPlace place, KeyWrapping masters, ObjectSource source) {
        this.place = place;
        this.masters = masters;
        this.source = source;
    }

    public byte[] segment(WalSegment segment, SystemIdentifier system) throws IOException {
        return segment(segment, system, new byte[Math.toIntExact(segment.size())]);
    }

    /** @param into of a segment's size; whatever it held. It is returned */
    public byte[] segment(WalSegment segment, SystemIdentifier system, byte[] into) throws IOException {
        return whole(segment, system, read(place.segment(segment), into));
    }

    /** The end of a timeline as PostgreSQL left it. */
    public byte[] partial(WalSegment segment, SystemIdentifier system) throws IOException {
        byte[] content = read(place.partial(segment), Math.toIntExact(segment.size()));
        if (content.length != segment.size()) {
            throw new RepositoryDamaged(place.partial(segment) + " holds " + content.length + " bytes");
        }
        // Behind the switch lies what the file held before, so only its first page is known to be of this segment.
        refuse(place.partial(segment), segment, system, ByteBuffer.wrap(content, 0, 8192), 0);
        return content;
    }

    /** As much of a segment as its slices hold, and zeros after it, as PostgreSQL fills a new segment. */
    public byte[] sliced(WalInventory inventory, WalSegment segment, SystemIdentifier system) throws IOException {
        byte[] content = new byte[Math.toIntExact(segment.size())];
        for (Slice slice : inventory.slices(segment)) {
            String name = place.slice(segment, slice.from(), slice.to());
            int length = Math.toIntExact(slice.to() - slice.from());
            byte[] bytes = read(name, length);
            if (bytes.length != length) {
                throw new RepositoryDamaged(name + " holds " + bytes.length + " bytes");
            }
            refuse(name, segment, system, ByteBuffer.wrap(bytes), slice.from());
            System.arraycopy(bytes, 0, content, Math.toIntExact(slice.from()), length);
        }
        return content;
    }

    /** The bytes of PostgreSQL's own file, {@code 00000002.history}. */
    public byte[] history(TimelineId timeline) throws IOException {
        return read(place.history(timeline), LARGEST_HISTORY);
    }

    /** Throws {@link RestoreRefused} where the archive does not know that timeline. */
    public Ancestry ancestry(WalInventory inventory, TimelineId timeline) throws IOException {
        boolean known = inventory
                .timeline(timeline)
                .map(WalInventory.Timeline::hasHistory)
                .orElse(false);
        if (!known && timeline.value() > 1) {
            throw new RestoreRefused(
                    "there is no history of timeline " + timeline + " in the archive",
                    "timelines are: " + inventory.timelines().keySet());
        }
        return known ? Ancestry.parse(timeline, historyText(timeline)) : Ancestry.ofFirst(timeline);
    }

    public String historyText(TimelineId timeline) throws IOException {
        return new String(history(timeline), US_ASCII);
    }

    private static byte[] whole(WalSegment segment, SystemIdentifier system, byte[] content) throws IOException {
        if (content.length != segment.size()) {
            throw new RepositoryDamaged("segment " + segment + " holds " + content.length + " bytes");
        }
        refuse("segment " + segment, segment, system, ByteBuffer.wrap(content), 0);
        return content;
    }

    private static void refuse(String what, WalSegment segment, SystemIdentifier system, ByteBuffer wal, long offset)
            throws RepositoryDamaged {
        var complaint = WalPages.complaint(segment, system, wal, offset);
        if (complaint.isPresent()) {
            throw new RepositoryDamaged(what + " is not what its name says: " + complaint.get());
        }
    }

    /** Hands over the content of an object, whatever it is; see {@link WalObject#read}. */
    public long copy(String name, OutputStream sink) throws IOException {
        return WalObject.read(this::key, name, source.open(name), sink);
    }

    private byte[] read(String name, int atMost) throws IOException {
        return read(name, new byte[atMost]);
    }

    /** {@code into} where the object fills it, else what there is. */
    private byte[] read(String name, byte[] into) throws IOException {
        return Retries.run(() -> {
            Bounded content = new Bounded(name, into);
            copy(name, content);
            return content.bytes();
        });
    }

    /** Nearly always as long as it may be, so nothing is copied as it grows. */
    private static final class Bounded extends OutputStream {
        private final byte[] content;
        private final String name;
        private int length;

        Bounded(String name, byte[] content) {
            this.name = name;
            this.content = content;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (count > content.length - length) {
                throw new RepositoryDamaged(name + " is longer than its name says");
            }
            System.arraycopy(bytes, offset, content, length, count);
            length += count;
        }

        byte[] bytes() {
            return length == content.length ? content : Arrays.copyOf(content, length);
        }
    }

    private DataKey key(WalKeyId id) throws IOException {
        DataKey known = keys.get(id);
        if (known == null) {
            known = DataKeys.open(place.keyScope(id), masters, source);
            keys.put(id, known);
        }
        return known;
    }
}
