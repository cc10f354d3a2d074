package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.bundle.BundleWriter;
import io.pgprimacy.backup.bundle.GroupIndex;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.MasterKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.IndexEntry;
import io.pgprimacy.backup.format.IndexEntry.Content;
import io.pgprimacy.backup.format.IndexEntry.Source;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.format.ObjectList;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.page.PageFormat;
import io.pgprimacy.backup.page.PageMap;
import io.pgprimacy.backup.page.PageRun;
import io.pgprimacy.backup.page.PageSelection;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** A repository in memory, and a backup of files in memory into it, by the rules of the format. */
final class MemoryRepository implements ObjectSource {
    static final Instant MODIFIED = Instant.parse("2026-11-23T15:50:03Z");

    private static final ClusterId CLUSTER = new ClusterId("demo");
    private static final SecureRandom RANDOM = new SecureRandom();

    final MasterKey master = MasterKey.generate(RANDOM);
    final MasterKeys masters = MasterKeys.of(master);
    final SortedMap<String, byte[]> objects = new TreeMap<>();

    /** What a later backup must know of an earlier one. */
    record Taken(
            BackupPlace place,
            List<BackupId> chain,
            Lsn start,
            SortedMap<String, IndexEntry.File> files,
            SortedMap<String, PageMap> maps) {}

    @Override
    public InputStream open(String name) throws IOException {
        byte[] object = objects.get(name);
        if (object == null) {
            throw new NoSuchObject(name);
        }
        return new ByteArrayInputStream(object);
    }

    Taken full(SortedMap<String, byte[]> files, Lsn start) throws IOException {
        return backup(files, start, null, BackupType.FULL);
    }

    Taken incremental(SortedMap<String, byte[]> files, Lsn start, Taken parent) throws IOException {
        return backup(files, start, parent, BackupType.INCREMENTAL);
    }

    private Taken backup(SortedMap<String, byte[]> files, Lsn start, Taken parent, BackupType type) throws IOException {
        int number = parent == null ? 0 : parent.chain().size();
        BackupId id = new BackupId("20261123T155003Z-%08x".formatted(number));
        BackupPlace place = new BackupPlace(CLUSTER, Incarnation.FIRST, id);
        List<BackupId> chain = new ArrayList<>(parent == null ? List.of() : parent.chain());
        chain.add(id);
        DataKey key = DataKey.generate(RANDOM);
        objects.put(
                place.key(masters.currentId()), Json.mapper().writeValueAsBytes(masters.wrap(key, place.directory())));
        Taken taken = new Taken(place, chain, start, new TreeMap<>(), new TreeMap<>());
        int group = 0;
        // Three files a group, so that chains cross the borders of groups.
        List<String> paths = new ArrayList<>(files.keySet());
        for (int from = 0; from < paths.size(); from += 3) {
            group++;
            SortedMap<String, byte[]> some = new TreeMap<>();
            paths.subList(from, Math.min(paths.size(), from + 3)).forEach(p -> some.put(p, files.get(p)));
            group(some, taken, parent, key, group);
        }
        commit(taken, key, type, start, group, files);
        return taken;
    }

    private void group(SortedMap<String, byte[]> files, Taken taken, Taken parent, DataKey key, int group)
            throws IOException {
        int number = taken.chain().size() - 1;
        GroupIndex index = new GroupIndex();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try (BundleWriter bundle = new BundleWriter(key, taken.place().data(group), RANDOM, 1, data)) {
            for (var e : files.entrySet()) {
                String path = e.getKey();
                byte[] content = e.getValue();
                IndexEntry.File before = parent == null ? null : parent.files().get(path);
                List<Source> sources = new ArrayList<>();
                PageMap map = new PageMap();
                if (before == null) {
                    bundle.beginFile(path, content.length, 0600, MODIFIED).write(content);
                    bundle.endFile();
                    sources.add(new Source(number, group, Content.WHOLE));
                    forEachPage(content, (page, at, length) -> map.add(PageMap.of(content, at, length)));
                } else {
                    sources.addAll(before.sources());
                    if (addPages(
                            bundle,
                            path,
                            content,
                            new PageSelection(parent.start(), parent.maps().get(path)),
                            map)) {
                        sources.add(new Source(number, group, Content.PAGES));
                    }
                }
                taken.maps().put(path, map);
                IndexEntry.File entry = new IndexEntry.File(
                        path, content.length, "0600", MODIFIED, crc(content), sources, index.addMap(map), List.of());
                taken.files().put(path, entry);
                index.add(entry);
            }
            bundle.finish();
        }
        objects.put(taken.place().data(group), data.toByteArray());
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        index.write(key, taken.place().index(group), RANDOM, stored);
        objects.put(taken.place().index(group), stored.toByteArray());
    }

    private static boolean addPages(
            BundleWriter bundle, String path, byte[] content, PageSelection selection, PageMap map) throws IOException {
        List<PageRun> runs = new ArrayList<>();
        forEachPage(content, (page, at, length) -> {
            int checksum = PageMap.of(content, at, length);
            map.add(checksum);
            if (selection.isStored(content, at, length, page, checksum)) {
                if (runs.isEmpty() || page >= runs.getLast().firstPage() + PageRun.PAGES) {
                    runs.add(new PageRun(page - page % PageRun.PAGES));
                }
                runs.getLast().add(page, content, at, length);
            }
        });
        for (PageRun run : runs) {
            bundle.addPages(path, run, MODIFIED);
        }
        return !runs.isEmpty();
    }

    private StoredObject list(BackupPlace place) throws IOException {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        try (ObjectList.Writer writer = new ObjectList.Writer(list)) {
            for (var object : objects.tailMap(place.directory()).entrySet()) {
                String name = object.getKey();
                if (name.startsWith(place.directory() + "data/") || name.startsWith(place.directory() + "index/")) {
                    writer.add(described(name.substring(place.directory().length()), object.getValue()));
                }
            }
            writer.finish();
        }
        objects.put(place.objects(), list.toByteArray());
        return described("objects", list.toByteArray());
    }

    private static StoredObject described(String name, byte[] content) {
        return new StoredObject(name, List.of(StoredObject.Part.of(content, content.length)));
    }

    private void commit(
            Taken taken, DataKey key, BackupType type, Lsn start, int groups, SortedMap<String, byte[]> files)
            throws IOException {
        long bytes = files.values().stream().mapToLong(f -> f.length).sum();
        Manifest manifest = new Manifest(
                Manifest.FORMAT,
                taken.place().id(),
                CLUSTER,
                Incarnation.FIRST,
                type,
                taken.chain(),
                new NodeId("a"),
                new Manifest.Source(
                        new SystemIdentifier("7300000000000000001"),
                        150018,
                        16 << 20,
                        true,
                        false,
                        "replica",
                        new TimelineId(1)),
                List.of(),
                new Manifest.Position(start, MODIFIED),
                new Manifest.Position(start.plus(0x200), MODIFIED.plusSeconds(7)),
                List.of(new Manifest.WalRange(new TimelineId(1), start, start.plus(0x200))),
                false,
                groups,
                new Manifest.Totals(files.size(), bytes, bytes, 0, 0),
                list(taken.place()));
        objects.put(taken.place().manifest(), ManifestCodec.encode(manifest, key));
    }

    @FunctionalInterface
    private interface EachPage {
        void page(int page, int at, int length);
    }

    private static void forEachPage(byte[] content, EachPage each) {
        for (int at = 0; at < content.length; at += PageFormat.SIZE) {
            each.page(at / PageFormat.SIZE, at, Math.min(PageFormat.SIZE, content.length - at));
        }
    }

    static String crc(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return "%08x".formatted((int) crc.getValue());
    }
}
