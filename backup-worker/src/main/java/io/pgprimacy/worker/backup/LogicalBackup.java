package io.pgprimacy.worker.backup;

import io.pgprimacy.backup.bundle.DumpWriter;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.DumpManifest.Dump;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.format.ObjectList;
import io.pgprimacy.worker.postgres.BackupRefused;
import io.pgprimacy.worker.postgres.DumpSession;
import io.pgprimacy.worker.postgres.DumpSession.Database;
import io.pgprimacy.worker.postgres.DumpSession.Moment;
import io.pgprimacy.worker.transfer.ObjectUpload;
import io.pgprimacy.worker.transfer.StorageClient;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * What pg_dumpall says of roles and tablespaces, and pg_dump of each database, one after the other: each database is as it was when its
 * own dump began.
 *
 * <p>Order of effects: the wrapped key, the objects, their list, the manifest. A crash anywhere before the manifest leaves no backup. One
 * program that fails fails all of it: half a dump that looks like one would be trusted.
 */
public final class LogicalBackup {
    private final DumpPlan plan;
    private final MasterKeys masters;
    private final Progress progress = new Progress();
    private final SecureRandom random = new SecureRandom();

    public LogicalBackup(DumpPlan plan) {
        this.plan = plan;
        this.masters = MasterKeys.parse(plan.masterKeys());
    }

    /** Its files are databases. */
    public Progress progress() {
        return progress;
    }

    /** Throws {@link BackupRefused} where it must not begin, or a program has failed. */
    public DumpManifest run(Consumer<BackupId> begun) throws IOException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try (DumpSession session = DumpSession.open(plan.postgres())) {
            DumpProgram program = new DumpProgram(plan, threads);
            DumpManifest.Server server = session.server(program.version());
            List<Database> databases = wanted(session.databases(), plan.databases());
            BackupId id = BackupId.at(Instant.now(), random.nextInt());
            BackupPlace place = new BackupPlace(plan.cluster(), plan.incarnation(), id, Shelf.DUMPS);
            begun.accept(id);
            return take(session, server, databases, program, place, threads);
        } finally {
            // Nothing is under way unless the backup has failed.
            threads.shutdownNow();
            threads.close();
        }
    }

    /** In the order of their names; refused where one that was named cannot be dumped. */
    static List<Database> wanted(List<Database> there, List<String> named) {
        List<String> names = there.stream().map(Database::name).toList();
        for (String name : named) {
            if (!names.contains(name)) {
                throw new BackupRefused(
                        "there is no database '" + name + "' that accepts connections",
                        "there are " + String.join(", ", names));
            }
        }
        return there.stream()
                .filter(d -> named.isEmpty() || named.contains(d.name()))
                .toList();
    }

    private DumpManifest take(
            DumpSession session,
            DumpManifest.Server server,
            List<Database> databases,
            DumpProgram program,
            BackupPlace place,
            ExecutorService threads)
            throws IOException {
        StorageClient client = new StorageClient(plan.storage(), plan.token(), place);
        DataKey key = DataKey.generate(random);
        // First of all: objects whose key was never stored would be lost.
        client.put(
                relative(place, place.key(masters.currentId())),
                Json.mapper().writeValueAsBytes(masters.wrap(key, place.directory())));
        ObjectUpload list = new ObjectUpload(client, relative(place, place.objects()), threads, _ -> {});
        try (ObjectList.Writer listed = new ObjectList.Writer(list)) {
            Stored objects = new Stored(place, client, threads, listed);
            RateLimit rate = new RateLimit(plan.bytesPerSecond());
            Instant began = session.now().time();
            Dump globals = dump(objects, key, 1, rate, program::globals);
            List<DumpManifest.Database> dumped = new ArrayList<>();
            int next = 1 + globals.objects();
            for (Database database : databases) {
                Moment before = session.now();
                Dump dump = dump(objects, key, next, rate, sink -> program.database(database.name(), sink));
                dumped.add(described(database, before, dump));
                next += dump.objects();
                progress.files.incrementAndGet();
            }
            Instant ended = session.now().time();
            listed.finish();
            DumpManifest manifest = new DumpManifest(
                    DumpManifest.FORMAT,
                    place.id(),
                    plan.cluster(),
                    plan.incarnation(),
                    plan.node(),
                    server,
                    began,
                    ended,
                    plan.databases(),
                    globals,
                    dumped,
                    new DumpManifest.Totals(progress.bytes(), progress.stored()),
                    list.stored());
            client.commit(ManifestCodec.encode(manifest, key));
            return manifest;
        }
    }

    /** Runs a program, and returns its exit status. */
    @FunctionalInterface
    private interface Run {
        int into(DumpProgram.Sink sink) throws IOException;
    }

    private Dump dump(Stored objects, DataKey key, int first, RateLimit rate, Run program) throws IOException {
        try (DumpWriter writer = new DumpWriter(objects, key, random, plan.level(), first, DumpWriter.LONGEST)) {
            int status = program.into((bytes, length) -> {
                rate.take(length);
                writer.write(bytes, 0, length);
                progress.bytes.addAndGet(length);
            });
            return writer.finish(status);
        }
    }

    private static DumpManifest.Database described(Database database, Moment before, Dump dump) {
        return new DumpManifest.Database(
                database.name(),
                database.owner(),
                database.encoding(),
                database.collate(),
                database.ctype(),
                database.provider(),
                database.locale(),
                before.time(),
                before.lsn(),
                dump);
    }

    /** The objects of this backup, one at a time. */
    private final class Stored implements DumpWriter.Objects {
        private final BackupPlace place;
        private final StorageClient client;
        private final ExecutorService senders;
        private final ObjectList.Writer listed;
        private ObjectUpload upload;

        Stored(BackupPlace place, StorageClient client, ExecutorService senders, ObjectList.Writer listed) {
            this.place = place;
            this.client = client;
            this.senders = senders;
            this.listed = listed;
            this.upload = upload(1);
        }

        @Override
        public String name(int number) {
            return place.data(number);
        }

        @Override
        public OutputStream begin(int number) {
            upload = upload(number);
            return upload;
        }

        @Override
        public void stored(int number) throws IOException {
            listed.add(upload.stored());
        }

        private ObjectUpload upload(int number) {
            return new ObjectUpload(client, relative(place, place.data(number)), senders, progress.stored::addAndGet);
        }
    }

    private static String relative(BackupPlace place, String name) {
        return name.substring(place.directory().length());
    }
}
