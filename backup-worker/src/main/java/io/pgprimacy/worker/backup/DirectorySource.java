package io.pgprimacy.worker.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.bundle.GroupIndex;
import io.pgprimacy.backup.format.IndexEntry;
import io.pgprimacy.backup.page.PageMap;
import io.pgprimacy.backup.restore.StoredBackup;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.postgres.BackupRefused;
import io.pgprimacy.worker.postgres.BackupSession;
import io.pgprimacy.worker.postgres.BackupSession.Facts;
import io.pgprimacy.worker.postgres.BackupSession.Started;
import io.pgprimacy.worker.postgres.BackupSession.Stopped;
import io.pgprimacy.worker.source.ControlFileReader;
import io.pgprimacy.worker.source.DataDirectory;
import io.pgprimacy.worker.source.SourceFile;
import io.pgprimacy.worker.transfer.StorageClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files where PostgreSQL has them, read in parallel while its low-level interface holds a backup open ("Making a Base Backup Using the Low
 * Level API" in its manual).
 */
final class DirectorySource implements BackupSource {
    private final BackupPlan plan;
    private final BackupSession session;
    private final SortedMap<String, Set<PosixFilePermission>> directories = new TreeMap<>();
    private final List<String> leftOut = new ArrayList<>();

    private DirectorySource(BackupPlan plan, BackupSession session) {
        this.plan = plan;
        this.session = session;
    }

    /** Throws {@link BackupRefused} where the directory is not that server's, or cannot be read. */
    static DirectorySource open(BackupPlan plan, BackupSession session) throws IOException {
        Optional<String> unreadable = whyUnreadable(plan, session.facts());
        if (unreadable.isPresent()) {
            throw new BackupRefused(
                    "the files cannot be read here: " + unreadable.get(),
                    "run it on PostgreSQL's host as its user, or have PostgreSQL stream them: source=stream");
        }
        refuseForeignDirectory(plan, session.facts());
        return new DirectorySource(plan, session);
    }

    /** Also where the server, in a container say, calls its directory by a name that is none here. */
    static Optional<String> whyUnreadable(BackupPlan plan, Facts facts) {
        Path theirs = facts.dataDirectory();
        return directory(plan, facts)
                .whyUnreadable()
                .or(() -> Files.isDirectory(theirs) ? Optional.empty() : Optional.of(theirs + " is not there"));
    }

    private static DataDirectory directory(BackupPlan plan, Facts facts) {
        return new DataDirectory(plan.dataDirectory(), facts.tablespaces(), facts.versionDirectory());
    }

    @Override
    public Started start(String label) throws IOException {
        return session.start(label);
    }

    @Override
    public Parent parent(Started started, StorageClient client) throws IOException {
        Parent.Now now =
                new Parent.Now(session.facts().source(started.timeline()), started.redo(), history(started.timeline()));
        return Parent.choose(plan.type(), plan.incarnation(), client.backups(), now);
    }

    @Override
    public Copied copy(GroupWriter.Shared shared, Started started, Optional<StoredBackup> parent) throws IOException {
        int groups = copyFiles(shared, parent) + 1;
        Stopped stopped = finish(started, shared, groups);
        return new Copied(stopped, groups, session.facts().tablespaces(), leftOut);
    }

    /** The session is not this one's. */
    @Override
    public void close() {}

    /** Where the timelines before this one ended. */
    private SortedMap<TimelineId, Lsn> history(TimelineId timeline) throws IOException {
        Path file = plan.dataDirectory().resolve("pg_wal").resolve(Ancestry.fileName(timeline));
        return Files.exists(file)
                ? Ancestry.parse(timeline, Files.readString(file)).ends()
                : Ancestry.ofFirst(timeline).ends();
    }

    /** Returns how many groups there are. What the parent had comes first, group by group, then what is new. */
    private int copyFiles(GroupWriter.Shared shared, Optional<StoredBackup> parent) throws IOException {
        DataDirectory directory = directory(plan, session.facts());
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
    private Stopped finish(Started started, GroupWriter.Shared shared, int group) throws IOException {
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
            addWal(started, stopped, last);
            last.finish();
            return stopped;
        }
    }

    /** The slot of the session has kept it. */
    private void addWal(Started started, Stopped stopped, GroupWriter last) throws IOException {
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

    /** Two servers on one host, and the wrong directory of the two: the files would be another database's. */
    private static void refuseForeignDirectory(BackupPlan plan, Facts facts) throws IOException {
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
}
