package io.pgprimacy.worker.backup;

import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.Manifest.Tablespace;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.format.ObjectList;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.restore.StoredBackup;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SidePlace;
import io.pgprimacy.worker.backup.BackupSource.Copied;
import io.pgprimacy.worker.postgres.BackupRefused;
import io.pgprimacy.worker.postgres.BackupSession;
import io.pgprimacy.worker.postgres.BackupSession.Facts;
import io.pgprimacy.worker.postgres.BackupSession.Started;
import io.pgprimacy.worker.postgres.BackupSession.Stopped;
import io.pgprimacy.worker.transfer.ObjectUpload;
import io.pgprimacy.worker.transfer.StorageClient;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A base backup, of files that this process reads or that PostgreSQL streams to it.
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
    private final Consumer<String> streamed;
    private Optional<String> whyFull = Optional.empty();

    /**
     * @param whyFull where it is full though something else was wanted
     * @param leftOut links and special files that are not in the backup, with the reason
     */
    public record Outcome(Manifest manifest, Optional<String> whyFull, List<String> leftOut) {}

    /** @param streamed called with the reason, in words, where PostgreSQL sends the files instead of this process reading them */
    public BaseBackup(BackupPlan plan, Consumer<String> streamed) {
        this.plan = plan;
        this.streamed = streamed;
        this.masters = MasterKeys.parse(plan.masterKeys());
    }

    public Progress progress() {
        return progress;
    }

    /** Throws {@link BackupRefused} where it must not begin, or came to nothing by itself. */
    public Outcome run(Consumer<BackupId> begun) throws IOException {
        try (BackupSession session = BackupSession.open(plan.postgres());
                BackupSource source = source(session)) {
            BackupId id = BackupId.at(Instant.now(), random.nextInt());
            BackupPlace place = new BackupPlace(plan.cluster(), plan.incarnation(), id);
            begun.accept(id);
            return take(session.facts(), source, place);
        }
    }

    private BackupSource source(BackupSession session) throws IOException {
        Optional<String> unreadable = DirectorySource.whyUnreadable(plan, session.facts());
        return switch (plan.source()) {
            case FILES -> DirectorySource.open(plan, session);
            case STREAM -> stream(session, "streaming is set");
            case AUTO ->
                unreadable.isPresent()
                        ? stream(session, "the files cannot be read here (" + unreadable.get() + ")")
                        : DirectorySource.open(plan, session);
        };
    }

    private BackupSource stream(BackupSession session, String because) {
        streamed.accept(because);
        return new StreamSource(plan, session, because);
    }

    private Outcome take(Facts facts, BackupSource source, BackupPlace place) throws IOException {
        StorageClient client = new StorageClient(plan.storage(), plan.token(), place);
        DataKey key = DataKey.generate(random);
        ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
        try {
            storeKey(place, key, client);
            ObjectUpload list = new ObjectUpload(client, relative(place, place.objects()), senders, _ -> {});
            try (ObjectList.Writer objects = new ObjectList.Writer(list)) {
                Started started = source.start("pgprimacy " + place.id());
                Optional<StoredBackup> parent = parent(source, started, client);
                GroupWriter.Shared shared = new GroupWriter.Shared(
                        place,
                        key,
                        parent.map(p -> p.manifest().chain().size()).orElse(0),
                        started.redo(),
                        parent.map(p -> p.manifest().start().lsn()).orElse(Lsn.ZERO),
                        new PathSet(),
                        facts.dataChecksums(),
                        plan.level(),
                        random,
                        client,
                        senders,
                        new RateLimit(plan.bytesPerSecond()),
                        progress,
                        objects);
                Copied copied = source.copy(shared, started, parent);
                objects.finish();
                Manifest manifest = manifest(facts, chain(parent, place), started, copied, list.stored());
                client.commit(ManifestCodec.encode(manifest, key));
                return new Outcome(manifest, whyFull, copied.leftOut());
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
    private Optional<StoredBackup> parent(BackupSource source, Started started, StorageClient client)
            throws IOException {
        if (plan.type() == BackupType.FULL) {
            return Optional.empty();
        }
        return switch (source.parent(started, client)) {
            case Parent.Found found ->
                Optional.of(StoredBackup.open(found.manifest().place(), masters, client));
            case Parent.None none -> {
                whyFull = Optional.of(none.because());
                yield Optional.empty();
            }
        };
    }

    private static List<BackupId> chain(Optional<StoredBackup> parent, BackupPlace place) {
        List<BackupId> chain = new ArrayList<>();
        parent.ifPresent(p -> chain.addAll(p.manifest().chain()));
        chain.add(place.id());
        return chain;
    }

    private Manifest manifest(Facts facts, List<BackupId> chain, Started started, Copied copied, StoredObject list) {
        Stopped stopped = copied.stopped();
        return new Manifest(
                Manifest.FORMAT,
                chain.getLast(),
                plan.cluster(),
                plan.incarnation(),
                chain.size() == 1 ? BackupType.FULL : plan.type(),
                chain,
                plan.node(),
                facts.source(stopped.timeline()),
                copied.tablespaces().entrySet().stream()
                        .map(t -> new Tablespace(
                                t.getKey(), SidePlace.home(t.getValue().toString())))
                        .toList(),
                new Manifest.Position(started.redo(), started.time()),
                new Manifest.Position(stopped.lsn(), stopped.time()),
                List.of(new Manifest.WalRange(stopped.timeline(), started.redo(), stopped.lsn())),
                true,
                copied.groups(),
                new Manifest.Totals(
                        progress.files(), progress.bytes(), progress.bytes(), progress.stored(), progress.wrongPages()),
                list);
    }

    private static String relative(BackupPlace place, String name) {
        return name.substring(place.directory().length());
    }
}
