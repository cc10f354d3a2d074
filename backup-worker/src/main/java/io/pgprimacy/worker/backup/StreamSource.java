package io.pgprimacy.worker.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.restore.StoredBackup;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.worker.postgres.BackupRefused;
import io.pgprimacy.worker.postgres.BackupSession;
import io.pgprimacy.worker.postgres.BackupSession.Started;
import io.pgprimacy.worker.postgres.BackupSession.Stopped;
import io.pgprimacy.worker.postgres.BaseBackupStream;
import io.pgprimacy.worker.postgres.SessionFailed;
import io.pgprimacy.worker.source.ControlFileReader;
import io.pgprimacy.worker.source.SourceFile;
import io.pgprimacy.worker.source.StreamedArchive;
import io.pgprimacy.worker.transfer.StorageClient;
import java.io.IOException;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files as PostgreSQL sends them: all of them, one after another. Fires when this process cannot read them, or was told so. Safe because
 * PostgreSQL reads them itself, and everything after that is the same: page by page, group by group. The session keeps the WAL by its slot.
 */
final class StreamSource implements BackupSource {
    private static final String WAL = "pg_wal/";

    private final BackupPlan plan;
    private final BackupSession session;
    private final String because;
    private Optional<BaseBackupStream> opened = Optional.empty();

    /** @param because in words */
    StreamSource(BackupPlan plan, BackupSession session, String because) {
        this.plan = plan;
        this.session = session;
        this.because = because;
    }

    @Override
    public Started start(String label) throws IOException {
        session.keepWal();
        try {
            opened = Optional.of(BaseBackupStream.open(plan.postgres(), label));
        } catch (SessionFailed e) {
            throw new BackupRefused(
                    because + ", and PostgreSQL does not send the files: " + e.getMessage(),
                    plan.postgres().user()
                            + " must be a superuser or have REPLICATION, and one of max_wal_senders must be free");
        }
        BaseBackupStream.Begun begun = stream().begun();
        return new Started(begun.redo(), session.time(), begun.timeline());
    }

    @Override
    public Parent parent(Started started, StorageClient client) {
        return new Parent.None(because + ", so PostgreSQL streamed all files");
    }

    @Override
    public Copied copy(GroupWriter.Shared shared, Started started, Optional<StoredBackup> parent) throws IOException {
        try (Arrivals arrivals = new Arrivals(shared, started)) {
            for (var archive = stream().next();
                    archive.isPresent();
                    archive = stream().next()) {
                StreamedArchive.walk(archive.get().tablespace(), archive.get().content(), arrivals);
            }
            return arrivals.finish();
        }
    }

    @Override
    public void close() {
        opened.ifPresent(BaseBackupStream::close);
    }

    private BaseBackupStream stream() {
        return opened.orElseThrow(() -> new IllegalStateException("the backup was not started"));
    }

    /** Stores what comes; the last group begins with the control file, which comes after all others. */
    private final class Arrivals implements StreamedArchive.Visitor, AutoCloseable {
        private final GroupWriter.Shared shared;
        private final Started started;
        private final SerialGroups groups;
        private final SortedMap<String, Set<PosixFilePermission>> directories = new TreeMap<>();
        private final SortedMap<String, byte[]> labels = new TreeMap<>();
        private final Set<String> segments = new HashSet<>();
        private final List<String> leftOut = new ArrayList<>();
        private Optional<GroupWriter> last = Optional.empty();
        private int number;

        Arrivals(GroupWriter.Shared shared, Started started) {
            this.shared = shared;
            this.started = started;
            this.groups = new SerialGroups(shared);
        }

        @Override
        public void directory(String path, Set<PosixFilePermission> mode) {
            directories.put(path, mode);
        }

        @Override
        public void file(SourceFile file) throws IOException {
            boolean wal = file.path().startsWith(WAL);
            if (wal != last.isPresent()) {
                // On a standby the control file says how far replay must go for the other files to be consistent.
                throw new IOException("PostgreSQL sent " + file.path() + " out of its order");
            }
            if (!wal) {
                groups.add(file);
            } else if (isNeeded(file.path().substring(WAL.length()))) {
                last.get().add(new PlannedFile(file, Optional.empty()));
            }
        }

        /** PostgreSQL sends segments and histories of other timelines with them. */
        private boolean isNeeded(String name) {
            boolean segment = WalSegment.parse(name, session.facts().walSegmentSize())
                    .filter(s -> s.timeline().equals(started.timeline()))
                    .isPresent();
            if (segment) {
                segments.add(name);
            }
            return segment || name.equals(Ancestry.fileName(started.timeline()));
        }

        @Override
        public void leftOut(String path, String why) {
            leftOut.add(path + ": " + why);
        }

        @Override
        public void whole(String path, byte[] content) throws IOException {
            if (!path.startsWith("global/")) {
                labels.put(path, content);
                return;
            }
            if (!ControlFileReader.isSound(content)) {
                throw new BackupRefused("PostgreSQL sent a control file that it was just writing", "take it again");
            }
            number = groups.finish() + 1;
            last = Optional.of(new GroupWriter(shared, number));
            last.get().add(path, content);
        }

        Copied finish() throws IOException {
            GroupWriter group = last.orElseThrow(() -> new IOException("PostgreSQL sent no control file"));
            BaseBackupStream.End end = stream().end();
            refuseDoubtful(end);
            for (var directory : directories.entrySet()) {
                group.addDirectory(directory.getKey(), directory.getValue());
            }
            for (var label : labels.entrySet()) {
                // PostgreSQL sends a map of no tablespaces too.
                if (label.getValue().length > 0) {
                    group.add(label.getKey(), label.getValue());
                }
            }
            group.finish();
            leftOut.addAll(stream().leftOut());
            Stopped stopped = new Stopped(
                    end.lsn(), session.time(), end.timeline(), text("backup_label"), text("tablespace_map"));
            return new Copied(stopped, number, stream().begun().tablespaces(), leftOut);
        }

        private void refuseDoubtful(BaseBackupStream.End end) {
            if (!end.timeline().equals(started.timeline())) {
                throw new BackupRefused(
                        "timeline " + started.timeline() + " became " + end.timeline() + " while the backup was taken",
                        "take it again");
            }
            if (end.damaged() && shared.progress().wrongPages() == 0) {
                throw new BackupRefused(
                        "PostgreSQL found damaged pages, of which none is among what it sent", "look into its log");
            }
            long size = session.facts().walSegmentSize();
            for (WalSegment needed : WalSegment.covering(end.timeline(), started.redo(), end.lsn(), size)) {
                if (!segments.contains(needed.name())) {
                    throw new BackupRefused("PostgreSQL did not send " + needed.name(), "take it again");
                }
            }
            if (!labels.containsKey("backup_label")) {
                throw new BackupRefused("PostgreSQL sent no label", "report this");
            }
        }

        private String text(String path) {
            return new String(labels.getOrDefault(path, new byte[0]), UTF_8);
        }

        @Override
        public void close() throws IOException {
            groups.close();
            if (last.isPresent()) {
                last.get().close();
            }
        }
    }
}
