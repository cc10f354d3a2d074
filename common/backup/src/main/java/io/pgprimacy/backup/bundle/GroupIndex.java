package io.pgprimacy.backup.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.format.IndexEntry;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.page.PageMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * What one group of a backup holds: its files with their checksums and sources, and their page maps. An object beside the group's data, of
 * the same make, with two entries: {@code entries.jsonl} and {@code page-maps}. Groups are bounded, and so is the memory that one takes.
 */
public final class GroupIndex {
    private static final String ENTRIES = "entries.jsonl";
    private static final String MAPS = "page-maps";
    private static final int LEVEL = 1;
    private static final long NO_MAP = -1;

    private final List<IndexEntry> entries = new ArrayList<>();
    private byte[] maps;
    private int mapped;

    public GroupIndex() {
        this(new byte[0]);
    }

    private GroupIndex(byte[] maps) {
        this.maps = maps;
        this.mapped = maps.length;
    }

    public List<IndexEntry> entries() {
        return List.copyOf(entries);
    }

    public void add(IndexEntry entry) {
        entries.add(entry);
    }

    /** Keeps the map and returns where: {@link IndexEntry.File#mapOffset}. */
    public long addMap(PageMap map) {
        byte[] bytes = map.toBytes();
        if (mapped + bytes.length > maps.length) {
            maps = Arrays.copyOf(maps, Math.max(mapped + bytes.length, 2 * maps.length));
        }
        System.arraycopy(bytes, 0, maps, mapped, bytes.length);
        int offset = mapped;
        mapped += bytes.length;
        return offset;
    }

    public static long noMap() {
        return NO_MAP;
    }

    /** Empty where none was kept for that file. */
    public Optional<PageMap> map(IndexEntry.File file) throws RepositoryDamaged {
        if (file.mapOffset() == NO_MAP) {
            return Optional.empty();
        }
        long length = (long) PageMap.pagesIn(file.size()) * Integer.BYTES;
        if (file.mapOffset() < 0 || file.mapOffset() + length > mapped) {
            throw new RepositoryDamaged("the page map of " + file.path() + " is outside of its group's maps");
        }
        int from = Math.toIntExact(file.mapOffset());
        return Optional.of(PageMap.fromBytes(Arrays.copyOfRange(maps, from, from + (int) length)));
    }

    /** Closes the sink. */
    public void write(DataKey key, String object, SecureRandom random, OutputStream sink) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (IndexEntry entry : entries) {
            lines.write(Json.mapper().writerFor(IndexEntry.class).writeValueAsBytes(entry));
            lines.write('\n');
        }
        try (BundleWriter bundle = new BundleWriter(key, object, random, LEVEL, sink)) {
            lines.writeTo(bundle.beginFile(ENTRIES, lines.size(), 0600, Instant.EPOCH));
            bundle.endFile();
            bundle.beginFile(MAPS, mapped, 0600, Instant.EPOCH).write(maps, 0, mapped);
            bundle.endFile();
            bundle.finish();
        }
    }

    public static GroupIndex read(DataKey key, String object, InputStream stored) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        BundleReader.read(key, object, stored, new BundleReader.Visitor() {
            @Override
            public void file(String path, long size, InputStream content) throws IOException {
                if (!path.equals(contents.isEmpty() ? ENTRIES : MAPS)) {
                    throw new RepositoryDamaged(object + " has an entry that no index has: " + path);
                }
                contents.add(content.readAllBytes());
            }

            @Override
            public void pages(String path, InputStream run) throws IOException {
                throw new RepositoryDamaged(object + " is not an index: it has pages of " + path);
            }
        });
        if (contents.size() != 2) {
            throw new RepositoryDamaged(object + " is not an index: it has " + contents.size() + " entries");
        }
        GroupIndex index = new GroupIndex(contents.getLast());
        try {
            for (String line : new String(contents.getFirst(), UTF_8).lines().toList()) {
                index.add(Json.mapper().readValue(line, IndexEntry.class));
            }
        } catch (JacksonException | IllegalArgumentException e) {
            throw new RepositoryDamaged(object + " has a line that this version cannot read: " + e.getMessage(), e);
        }
        return index;
    }
}
