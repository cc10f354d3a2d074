package io.pgprimacy.agent.backup;

import io.pgprimacy.agent.config.AgentConfig;
import io.pgprimacy.agent.config.StorageConfig;
import io.pgprimacy.agent.process.AotCache;
import io.pgprimacy.agent.process.ChildProcess;
import io.pgprimacy.agent.process.JavaProgram;
import io.pgprimacy.agent.process.OutlivingProcess;
import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.cluster.WorkOrder;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.trace.NodeTraces;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * Starts the backup worker's programs, as PostgreSQL's user. They are told everything on their standard input: the secrets need not be
 * readable for that user, and appear on no command line.
 */
public final class BackupWorker implements WalKeeper.Program, RestoreWorker.Program {
    private static final String BACKUP = "io.pgprimacy.worker.BackupMain";
    private static final String DUMP = "io.pgprimacy.worker.DumpMain";
    private static final String WAL = "io.pgprimacy.worker.WalMain";
    private static final String RESTORE = "io.pgprimacy.worker.RestoreMain";
    private static final String DISCARDED = "io.pgprimacy.worker.DiscardedMain";
    private static final String FEED = "io.pgprimacy.worker.FeedMain";
    private static final String DRILL = "io.pgprimacy.worker.DrillMain";
    /** Longer than an upgrade of the agent takes, and no longer than a snapshot should be held open that nobody may want any more. */
    private static final Duration AGENT_AWAY_AT_MOST = Duration.ofMinutes(10);

    private static final int WAL_HEAP_MEGABYTES = 64;
    /** What it needs besides a segment, which it holds as it is stored, and once more where it reads one back. */
    private static final int DISCARDED_MEGABYTES = 48;

    /** Each of its threads holds a segment of WAL, twice while it is put together. */
    private static final int RESTORE_HEAP_MEGABYTES = 320;

    /** Of the heap: what it needs besides, and for each group of files that it reads. */
    private static final int MEGABYTES = 40;

    private static final int MEGABYTES_EACH = 28;

    private final AgentConfig config;
    private final StorageConfig storage;
    private final ProcessRunner runner;
    private final IntSupplier incarnation;
    private final NodeTraces traces;
    private final AotCache learned;

    /**
     * @param runner as PostgreSQL's user
     * @param incarnation of the cluster, as the log has it now
     */
    public BackupWorker(
            AgentConfig config,
            StorageConfig storage,
            ProcessRunner runner,
            IntSupplier incarnation,
            NodeTraces traces) {
        this.config = config;
        this.storage = storage;
        this.runner = runner;
        this.incarnation = incarnation;
        this.traces = traces;
        this.learned = new AotCache(WorkDirectory.below(config.stateDirectory()).resolve("aot"), runner);
    }

    /**
     * @param directory where it says what happens; new
     * @param lock that an agent holds while there is one: without it the backup is given up after a while
     */
    OutlivingProcess backup(BackupOrder order, Path directory, Path lock) {
        Properties p = order.type().isPhysical() ? baseBackup(order) : dump(order);
        p.setProperty("agent.lock", lock.toString());
        p.setProperty("agent.away.seconds", Long.toString(AGENT_AWAY_AT_MOST.toSeconds()));
        JavaProgram program =
                order.type().isPhysical() ? teaching(baseBackupProgram(order)) : taught(dumpProgram(order));
        return runner.startOutliving(program.command("-"), text(p), directory);
    }

    /** To be called when that backup's process has ended; takes its time. */
    void ended(BackupOrder order, ProcessResult how) {
        if (storage.backupLearns() && order.type().isPhysical()) {
            learned.ended(baseBackupProgram(order), how);
        }
    }

    private JavaProgram teaching(JavaProgram program) {
        return storage.backupLearns() ? learned.usingOrRecording(program) : program;
    }

    private JavaProgram taught(JavaProgram program) {
        return storage.backupLearns() ? learned.using(program) : program;
    }

    private JavaProgram baseBackupProgram(BackupOrder order) {
        return program(BACKUP, MEGABYTES + MEGABYTES_EACH * storage.backupWorkers(), order);
    }

    private Properties baseBackup(BackupOrder order) {
        Properties p = common();
        p.setProperty("type", order.type().label());
        p.setProperty("node", config.node().value());
        p.setProperty("source", storage.backupSource().label());
        p.setProperty("workers", Integer.toString(storage.backupWorkers()));
        p.setProperty("rate", Long.toString(storage.backupRate() * 1_000_000L));
        return p;
    }

    /** One database after the other, so it needs no more than for one group. */
    private JavaProgram dumpProgram(BackupOrder order) {
        return program(DUMP, MEGABYTES + 2 * MEGABYTES_EACH, order);
    }

    private Properties dump(BackupOrder order) {
        Properties p = common();
        p.setProperty("node", config.node().value());
        p.setProperty(
                "databases",
                JsonMapper.shared().writeValueAsString(order.databases().orElse(List.of())));
        p.setProperty("postgres.programs", config.postgresBin().toString());
        p.setProperty("rate", Long.toString(storage.backupRate() * 1_000_000L));
        return p;
    }

    /** @param scratch empty, and PostgreSQL's user's */
    ChildProcess drill(DrillOrder order, Path scratch, Consumer<String> onLine, Consumer<ProcessResult> onEnd) {
        Properties p = repository();
        p.setProperty("scratch", scratch.toString());
        order.backup().ifPresent(backup -> p.setProperty("backup", backup));
        p.setProperty("workers", Integer.toString(storage.backupWorkers()));
        p.setProperty("postgres.programs", config.postgresBin().toString());
        p.setProperty("postgres.user", config.adminUser());
        return start(taught(program(DRILL, RESTORE_HEAP_MEGABYTES, order)), p, onLine, onEnd);
    }

    /** @param saved a directory that {@code DiscardedWal} has filled */
    public ChildProcess discarded(Path saved, Consumer<String> onLine, Consumer<ProcessResult> onEnd) {
        Properties p = storage();
        p.setProperty("directory", saved.toAbsolutePath().toString());
        int heap = DISCARDED_MEGABYTES + 3 * (int) (longest(saved) >> 20);
        return start(new JavaProgram(storage.workerLib(), DISCARDED, heap), p, onLine, onEnd);
    }

    /** WAL of this cluster's archive, until the child ends. */
    public ChildProcess feed(Properties wanted, Consumer<String> onLine, Consumer<ProcessResult> onEnd) {
        Properties p = repository();
        p.putAll(wanted);
        return start(new JavaProgram(storage.workerLib(), FEED, RESTORE_HEAP_MEGABYTES), p, onLine, onEnd);
    }

    private static long longest(Path directory) {
        long longest = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                longest = Math.max(longest, Files.size(file));
            }
            return longest;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ChildProcess start(
            WalKeeper.Task task, List<Endpoint> others, Consumer<String> onLine, Consumer<ProcessResult> onEnd) {
        Properties p = common();
        p.setProperty("term", task.term().toString());
        p.setProperty("timeline", task.timeline().toString());
        p.setProperty("gate.directory", task.gate().directory().toString());
        p.setProperty(
                "others",
                others.stream().map(o -> o.host() + ":" + o.postgresPort()).collect(Collectors.joining(",")));
        return start(new JavaProgram(storage.workerLib(), WAL, WAL_HEAP_MEGABYTES), p, onLine, onEnd);
    }

    @Override
    public ChildProcess start(Properties wanted, Consumer<String> onLine, Consumer<ProcessResult> onEnd) {
        Properties p = repository();
        if (!wanted.getProperty("cluster", config.cluster().value())
                .equals(config.cluster().value())) {
            // Another cluster's data: it becomes this one's, which reads it by its own token.
            p.setProperty("into.cluster", p.getProperty("cluster"));
            p.setProperty("into.incarnation", p.getProperty("incarnation"));
        }
        p.putAll(wanted);
        p.setProperty("workers", Integer.toString(storage.backupWorkers()));
        p.setProperty("postgres.programs", config.postgresBin().toString());
        p.setProperty("postgres.user", config.adminUser());
        JavaProgram program = new JavaProgram(storage.workerLib(), RESTORE, RESTORE_HEAP_MEGABYTES, traces.filling());
        return start(taught(program), p, onLine, onEnd);
    }

    private JavaProgram program(String main, int heap, WorkOrder order) {
        return new JavaProgram(storage.workerLib(), main, heap, traces.order(order.ordered()));
    }

    private ChildProcess start(
            JavaProgram program, Properties settings, Consumer<String> onLine, Consumer<ProcessResult> onEnd) {
        return runner.startChild(program.command("-"), text(settings), onLine, onEnd);
    }

    /** Up to the empty line that ends it. */
    private static String text(Properties settings) {
        try {
            StringWriter text = new StringWriter();
            settings.store(text, null);
            return text + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Properties common() {
        Properties p = repository();
        p.setProperty("postgres.host", config.postgresListen());
        p.setProperty("postgres.port", Integer.toString(config.postgresPort()));
        p.setProperty("postgres.user", config.adminUser());
        config.adminPassword().ifPresent(password -> p.setProperty("postgres.password", password));
        p.setProperty("postgres.data", config.postgresData().toString());
        return p;
    }

    private Properties repository() {
        Properties p = storage();
        p.setProperty("cluster", config.cluster().value());
        p.setProperty("incarnation", Integer.toString(incarnation.getAsInt()));
        return p;
    }

    private Properties storage() {
        try {
            Properties p = new Properties();
            p.setProperty("storage.url", storage.url().toString());
            p.setProperty("storage.token", Files.readString(storage.tokenFile()).strip());
            p.setProperty("master.keys", Files.readString(storage.masterKeysFile()));
            return p;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
