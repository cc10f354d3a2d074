package io.pgprimacy.worker.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.bundle.GroupIndex;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.IndexEntry;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.Manifest.Tablespace;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.format.ObjectList;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.page.PageMap;
import io.pgprimacy.backup.restore.StoredBackup;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SidePlace;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.postgres.BackupRefused;
import io.pgprimacy.worker.postgres.BackupSession;
import io.pgprimacy.worker.postgres.BackupSession.Facts;
import io.pgprimacy.worker.postgres.BackupSession.Started;
import io.pgprimacy.worker.postgres.BackupSession.Stopped;
import io.pgprimacy.worker.source.ControlFileReader;
import io.pgprimacy.worker.source.DataDirectory;
import io.pgprimacy.worker.source.SourceFile;
import io.pgprimacy.worker.transfer.ObjectUpload;
import io.pgprimacy.worker.transfer.StorageClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A base backup by PostgreSQL's low-level interface ("Making a Base Backup Using the Low Level API" in its manual).
 *
 * <p>Order of effects: the wrapped key, data and indexes, the control file after all other files, the label that PostgreSQL returns at the
 * stop, the WAL from start to stop, the list of objects, the manifest. A crash anywhere before the manifest leaves no backup; PostgreSQL ends
 * its side with the session.
 */
public final class BaseBackup {
    private final BackupPlan plan;
    private final MasterKeys masters;
    private final Progress progress = new Progress();
    private final SecureRandom random = new SecureRandom();
    private final SortedMap<String, Set<PosixFilePermission>> directories = new TreeMap<>();
    private final List<String> leftOut = new ArrayList<>();
    private Optional<String> whyFull = Optional.empty();

    /**
     * @param whyFull where it is full though something else was wanted
     * @param leftOut links and special files that are not in the backup, with the reason
     */
    public record Outcome(Manifest manifest, Optional<String> whyFull, List<String> leftOut) {}

    public BaseBackup(BackupPlan plan) {
        this.plan = plan;
        this.masters = MasterKeys.parse(plan.masterKeys());
    }

    public Progress progress() {
        return progress;
    }

    /** Throws {@link BackupRefused} where it must not begin, or came to nothing by itself. */
    public Outcome run(Consumer<BackupId> begun) throws IOException {
        try (BackupSession session = BackupSession.open(plan.postgres())) {
            refuseForeignDirectory(session.facts());
            BackupId id = BackupId.at(Instant.now(), random.nextInt());
            BackupPlace place = new BackupPlace(plan.cluster(), plan.incarnation(), id);
            begun.accept(id);
            Manifest manifest = take(session, place);
            return new Outcome(manifest, whyFull, List.copyOf(leftOut));
        }
    }

    private Manifest take(BackupSession session, BackupPlace place) throws IOException {
        StorageClient client = new StorageClient(plan.storage(), plan.token(), place);
        DataKey key = DataKey.generate(random);
        ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
        try {
            storeKey(place, key, client);
            ObjectUpload list = new ObjectUpload(client, relative(place, place.objects()), senders, _ -> {});
            try (ObjectList.Writer objects = new ObjectList.Writer(list)) {
                Started started = session.start("pgprimacy " + place.id());
                Optional<StoredBackup> parent = parent(session, started, client);
                GroupWriter.Shared shared = new GroupWriter.Shared(
                        place,
                        key,
                        parent.map(p -> p.manifest().chain().size()).orElse(0),
                        started.redo(),
                        parent.map(p -> p.manifest().start().lsn()).orElse(Lsn.ZERO),
                        new PathSet(),
                        session.facts().dataChecksums(),
                        plan.level(),
                        random,
                        client,
                        senders,
                        new RateLimit(plan.bytesPerSecond()),
                        progress,
                        objects);
                int groups = copyFiles(session.facts(), shared, parent);
                Stopped stopped = finish(session, started, shared, groups + 1);
                objects.finish();
                Manifest manifest =
                        manifest(session.facts(), chain(parent, place), started, stopped, groups + 1, list.stored());
                client.commit(ManifestCodec.encode(manifest, key));
                return manifest;
            }
        } finally {
            // Nothing is under way unless the backup has failed.
            senders.shutdownNow();
            senders.close();
        }
    }

    /** First of all: objects whose key was never stored would be lost. */
    private void storeKey(BackupPlace place, DataKey key, StorageClient client) throws IOException {
        byte[] wrapped = Json.mapper().writeValueAsBytes(masters.wrap(key, place.directory()));
        client.put(relative(place, place.key(masters.currentId())), wrapped);
    }

    /** Opens what this backup rests upon: its manifest is verified and its keys are at hand before anything is left out. */
    private Optional<StoredBackup> parent(BackupSession session, Started started, StorageClient client)
            throws IOException {
        Parent.Now now =
                new Parent.Now(session.facts().source(started.timeline()), started.redo(), history(started.timeline()));
        List<Manifest> backups = plan.type() == BackupType.FULL ? List.of() : client.backups();
        return switch (Parent.choose(plan.type(), plan.incarnation(), backups, now)) {
            case Parent.Found found ->
                Optional.of(StoredBackup.open(found.manifest().place(), masters, client));
            case Parent.None none -> {
                whyFull = plan.type() == BackupType.FULL ? Optional.empty() : Optional.of(none.because());
                yield Optional.empty();
            }
        };
    }

    /** Where the timelines before this one ended. */
    private SortedMap<TimelineId, Lsn> history(TimelineId timeline) throws IOException {
        Path file = plan.dataDirectory().resolve("pg_wal").resolve(Ancestry.fileName(timeline));
        return Files.exists(file)
                ? Ancestry.parse(timeline, Files.readString(file)).ends()
                : Ancestry.ofFirst(timeline).ends();
    }

    private static List<BackupId> chain(Optional<StoredBackup> parent, BackupPlace place) {
        List<BackupId> chain = new ArrayList<>();
        parent.ifPresent(p -> chain.addAll(p.manifest().chain()));
        chain.add(place.id());
        return chain;
    }

    /** Returns how many groups there are. What the parent had comes first, group by group, then what is new. */
    private int copyFiles(Facts facts, GroupWriter.Shared shared, Optional<StoredBackup> parent) throws IOException {
        DataDirectory directory =
                new DataDirectory(plan.dataDirectory(), facts.tablespaces(), facts.versionDirectory());
        int before = 0;
        if (parent.isPresent()) {
            try (GroupQueue queue = new GroupQueue(shared, plan.workers(), 0)) {
                addKnownFiles(parent.get(), directory, queue);
                before = queue.finish();
            }
        }
        try (GroupQueue queue = new GroupQueue(shared, plan.workers(), before)) {
            directory.walk(new DataDirectory.Visitor() {
                @Override
                public void directory(String path, Set<PosixFilePermission> mode) {
                    directories.put(path, mode);
                }

                @Override
                public void file(SourceFile file) throws IOException {
                    if (!shared.taken().contains(file.path())) {
                        queue.add(new PlannedFile(file, Optional.empty()));
                    }
                }

                @Override
                public void leftOut(String path, String why) {
                    leftOut.add(path + ": " + why);
                }
            });
            return queue.finish();
        }
    }

    private static void addKnownFiles(StoredBackup parent, DataDirectory directory, GroupQueue queue)
            throws IOException {
        for (int group = 1; group <= parent.manifest().groups(); group++) {
            GroupIndex index = parent.index(group);
            for (IndexEntry entry : index.entries()) {
                if (entry instanceof IndexEntry.File known && known.mapOffset() != GroupIndex.noMap()) {
                    Optional<SourceFile> file = directory.find(known.path());
                    Optional<PageMap> map = index.map(known);
                    if (file.isPresent() && map.isPresent()) {
                        queue.add(new PlannedFile(file.get(), Optional.of(new ParentFile(known, map.get()))));
                    }
                }
            }
            queue.endGroup();
        }
    }

    /** The last group: what may be read, or is known, only at the end. */
    private Stopped finish(BackupSession session, Started started, GroupWriter.Shared shared, int group)
            throws IOException {
        try (GroupWriter last = new GroupWriter(shared, group)) {
            for (var directory : directories.entrySet()) {
                last.addDirectory(directory.getKey(), directory.getValue());
            }
            // After all other files: on a standby it says how far replay must go for them to be consistent.
            last.add("global/pg_control", ControlFileReader.read(plan.dataDirectory()));
            Stopped stopped = session.stop();
            last.add("backup_label", stopped.labelFile().getBytes(UTF_8));
            if (!stopped.tablespaceMap().isEmpty()) {
                last.add("tablespace_map", stopped.tablespaceMap().getBytes(UTF_8));
            }
            addWal(session, started, stopped, last);
            last.finish();
            return stopped;
        }
    }

    /** The slot of the session has kept it. */
    private void addWal(BackupSession session, Started started, Stopped stopped, GroupWriter last) throws IOException {
        Path wal = plan.dataDirectory().resolve("pg_wal");
        long segmentSize = session.facts().walSegmentSize();
        for (WalSegment needed : WalSegment.covering(stopped.timeline(), started.redo(), stopped.lsn(), segmentSize)) {
            Path segment = wal.resolve(needed.name());
            if (Files.size(segment) != segmentSize) {
                throw new BackupRefused(segment + " is not as long as a segment", "look at the file system of pg_wal");
            }
            SourceFile file = new SourceFile("pg_wal/" + needed, segment, segmentSize, SourceFile.Kind.PLAIN, 0);
            last.add(new PlannedFile(file, Optional.empty()));
        }
        Path history = wal.resolve(Ancestry.fileName(stopped.timeline()));
        if (Files.exists(history)) {
            last.add("pg_wal/" + history.getFileName(), Files.readAllBytes(history));
        }
        // While it is there, so was the slot.
        session.check();
    }

    private Manifest manifest(
            Facts facts, List<BackupId> chain, Started started, Stopped stopped, int groups, StoredObject list) {
        return new Manifest(
                Manifest.FORMAT,
                chain.getLast(),
                plan.cluster(),
                plan.incarnation(),
                chain.size() == 1 ? BackupType.FULL : plan.type(),
                chain,
                plan.node(),
                facts.source(stopped.timeline()),
                facts.tablespaces().entrySet().stream()
                        .map(t -> new Tablespace(
                                t.getKey(), SidePlace.home(t.getValue().toString())))
                        .toList(),
                new Manifest.Position(started.redo(), started.time()),
                new Manifest.Position(stopped.lsn(), stopped.time()),
                List.of(new Manifest.WalRange(stopped.timeline(), started.redo(), stopped.lsn())),
                true,
                groups,
                new Manifest.Totals(
                        progress.files(), progress.bytes(), progress.bytes(), progress.stored(), progress.wrongPages()),
                list);
    }

    /** Two servers on one host, and the wrong directory of the two: the files would be another database's. */
    private void refuseForeignDirectory(Facts facts) throws IOException {
        byte[] control = ControlFileReader.read(plan.dataDirectory());
        String here = Long.toUnsignedString(
                ByteBuffer.wrap(control).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
        boolean same = here.equals(facts.systemIdentifier().value())
                && Files.isSameFile(plan.dataDirectory(), facts.dataDirectory());
        if (!same) {
            throw new BackupRefused(
                    "the server's data directory is " + facts.dataDirectory() + ", not " + plan.dataDirectory(),
                    "name the data directory of the server at "
                            + plan.postgres().host() + ":" + plan.postgres().port());
        }
    }

    private static String relative(BackupPlace place, String name) {
        return name.substring(place.directory().length());
    }
}
