package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.InstanceProcesses;
import io.pgprimacy.agent.process.ProcFs;
import io.pgprimacy.agent.process.ProcessIdentity;
import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.agent.process.Signal;
import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance: made, started, stopped, promoted. Every method bears repetition, and none decides anything: that a start
 * or a promotion is allowed (S5, S6) is for the caller to know.
 */
public final class PostgresInstance implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresInstance.class);
    private static final Duration POLL = Duration.ofMillis(2);
    private static final Duration TOOL_BOUND = Duration.ofSeconds(10);
    private static final Duration QUERY_BOUND = Duration.ofSeconds(2);
    private static final Duration KILL_BOUND = Duration.ofSeconds(10);

    private final InstanceSettings settings;
    private final PostgresInstallation installation;
    private final ProcessRunner runner;
    private final InstanceProcesses processes;
    private final ManagedConfig config;
    private final AdminConnection connection;

    /** @param runner runs PostgreSQL's programs under a user that is not root */
    public PostgresInstance(InstanceSettings settings, PostgresInstallation installation, ProcessRunner runner) {
        this.settings = settings;
        this.installation = installation;
        this.runner = runner;
        this.processes = new InstanceProcesses(settings.dataDirectory());
        this.config = new ManagedConfig(settings);
        this.connection = AdminConnection.of(settings, "commands");
    }

    public InstanceSettings settings() {
        return settings;
    }

    public PostgresInstallation installation() {
        return installation;
    }

    public InstanceProcesses processes() {
        return processes;
    }

    public ManagedConfig config() {
        return config;
    }

    ProcessRunner runner() {
        return runner;
    }

    AdminConnection connection() {
        return connection;
    }

    /** True where there is a data directory that initdb or a backup has finished. */
    public boolean isInitialised() {
        return Files.exists(settings.dataDirectory().resolve("global/pg_control"));
    }

    /** Makes a new, empty PostgreSQL with checksums; local logins of the superuser need no password. */
    public void initdb(Duration bound) {
        Path data = settings.dataDirectory();
        if (isInitialised()) {
            throw new PostgresFailure(PostgresFailure.Reason.NOT_APPLICABLE, data + " holds a PostgreSQL already");
        }
        prepareDirectories();
        // Beside it and then renamed: an initdb that was cut short leaves files that look like a whole PostgreSQL.
        Path incoming = data.resolveSibling(data.getFileName() + ".initdb");
        try {
            DirectoryTree.delete(incoming);
            OwnedDirectory.create(incoming, runner.user());
            require(runner.run(initdbCommand(incoming), bound), "initdb");
            if (Files.exists(data)) {
                // Refuses a directory with anything in it, which is right.
                Files.delete(data);
            }
            Files.move(incoming, data);
            DurableFile.syncDirectory(incoming.resolveSibling("."));
        } catch (IOException e) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.FILES, data + " cannot be put in place: " + e.getMessage(), e);
        }
    }

    private List<String> initdbCommand(Path directory) {
        return List.of(
                installation.program("initdb"),
                "--pgdata=" + directory,
                "--username=" + settings.adminUser(),
                "--data-checksums",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--auth-local=trust",
                "--auth-host=scram-sha-256");
    }

    /**
     * Starts it as a standby, whatever it was before (S6), and waits until it accepts connections. Leftovers of a crash
     * are cleared first: orphaned processes, a stale pid file, timeline numbers reserved for a promotion that never was.
     */
    public StartOutcome startAsStandby(Duration bound) {
        Optional<ProcessIdentity> running = processes.postmaster();
        if (running.isPresent()) {
            return new StartOutcome.AlreadyRunning(running.get());
        }
        if (Rewind.isUnfinished(settings)) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.NOT_APPLICABLE,
                    settings.dataDirectory() + " was left by a pg_rewind that did not finish: rewind or rebuild it");
        }
        long begun = System.nanoTime();
        prepareDirectories();
        clearLeftovers();
        new DirectorySwap(this).settle();
        config.writeStandbySignal();
        StartOutcome outcome = launch(List.of(), begun, bound);
        if (outcome instanceof StartOutcome.Failed) {
            List<String> larger = RequiredMinimums.options(this);
            if (!larger.isEmpty()) {
                LOG.warn(
                        "started with the primary's larger values, without which a standby does not start: {}", larger);
                clearLeftovers();
                return launch(larger, begun, bound);
            }
        }
        return outcome;
    }

    private StartOutcome launch(List<String> options, long begun, Duration bound) {
        OutputFile output = new OutputFile(settings.outputFile());
        output.rotate();
        long from = output.size();
        List<String> command = new ArrayList<>(serverCommand());
        command.addAll(options);
        return awaitReady(runner.startDetached(command, settings.outputFile()), begun, bound, output, from);
    }

    /** The server's program with its data directory and its configuration. */
    List<String> serverCommand() {
        List<String> command = new ArrayList<>(List.of(
                installation.program("postgres"), "-D", settings.dataDirectory().toString()));
        if (settings.configIsElsewhere()) {
            command.addAll(List.of("-c", "config_file=" + settings.configFile()));
        }
        return command;
    }

    /** Stops it, and kills what is left when the bound has passed. */
    public StopReport stop(StopMode mode, Duration bound) {
        long begun = System.nanoTime();
        Optional<ProcessIdentity> postmaster = processes.postmaster();
        connection.close();
        boolean ended = postmaster.isEmpty();
        if (postmaster.isPresent()) {
            mode.signal().sendTo(postmaster.get());
            ended = Await.until(bound, POLL, () -> !postmaster.get().isAlive());
        }
        // Also after an orderly end: a postmaster that was killed before may have left orphans.
        InstanceProcesses.KillReport kill = processes.killAll(KILL_BOUND);
        return new StopReport(
                postmaster.isPresent() || kill.killed() > 0,
                !ended,
                kill.gone(),
                Duration.ofNanos(System.nanoTime() - begun));
    }

    /** Reads the configuration again; false where nothing runs. */
    public boolean reload() {
        return processes.postmaster().filter(Signal.HUP::sendTo).isPresent();
    }

    public void checkpoint(Duration bound) {
        execute("CHECKPOINT", bound);
    }

    /**
     * Makes it a primary, unless it is one, on a timeline above {@code reserved} (S1: a number that nobody has used).
     * Needs no connection to begin: a standby whose sessions are all taken can be promoted too. When this times out,
     * PostgreSQL may still be promoted later; only a stop takes that back.
     */
    public PromotedTimeline promote(Optional<TimelineId> reserved, Duration bound) {
        long begun = System.nanoTime();
        ProcessIdentity postmaster = processes
                .postmaster()
                .orElseThrow(() -> new PostgresFailure(
                        PostgresFailure.Reason.NOT_APPLICABLE,
                        settings.node() + " does not run, so it cannot promote"));
        if (!isPrimary()) {
            reserved.ifPresent(last -> new TimelineReservation(settings.dataDirectory()).reserve(ownTimeline(), last));
            Path signal = settings.dataDirectory().resolve("promote");
            try {
                Files.writeString(signal, "");
                DurableFile.giveToOwnerOfDirectory(signal);
            } catch (IOException e) {
                throw new PostgresFailure(PostgresFailure.Reason.FILES, signal + " cannot be written", e);
            }
            Signal.USR1.sendTo(postmaster);
            if (!Await.until(bound, POLL, this::isPrimary)) {
                throw new PostgresFailure(
                        PostgresFailure.Reason.TIMED_OUT,
                        settings.node() + " was not promoted within " + bound.toMillis() + " ms");
            }
        }
        return currentTimeline(Duration.ofNanos(System.nanoTime() - begun));
    }

    /** The timeline of a primary and its birth. */
    private PromotedTimeline currentTimeline(Duration took) {
        String segment = connection.run(QUERY_BOUND, open -> {
            try (Statement statement = open.createStatement();
                    ResultSet rows = statement.executeQuery("select pg_walfile_name(pg_current_wal_lsn())")) {
                rows.next();
                return rows.getString(1);
            }
        });
        TimelineId timeline = new TimelineId(Long.parseLong(segment.substring(0, 8), 16));
        List<TimelineHistory.Switch> history = historyOf(timeline);
        if (history.isEmpty()) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.NOT_APPLICABLE, "timeline " + timeline + " did not begin with a promotion");
        }
        TimelineHistory.Switch birth = history.getLast();
        return new PromotedTimeline(timeline, birth.parent(), birth.switchPoint(), took);
    }

    /** From the history files where they tell, because asking pg_controldata costs a fork in the middle of a failover. */
    private TimelineId ownTimeline() {
        return TimelineHistoryFile.newest(settings.dataDirectory().resolve("pg_wal"))
                .orElseGet(() -> controlData().timeline());
    }

    private boolean isPrimary() {
        try {
            return connection.run(QUERY_BOUND, open -> {
                try (Statement statement = open.createStatement();
                        ResultSet rows = statement.executeQuery("select not pg_is_in_recovery()")) {
                    return rows.next() && rows.getBoolean(1);
                }
            });
        } catch (PostgresFailure e) {
            if (processes.postmaster().isEmpty()) {
                throw e;
            }
            return false;
        }
    }

    public ControlData controlData() {
        return ControlFile.read(settings.dataDirectory()).orElseGet(this::controlDataAsPrinted);
    }

    /** By PostgreSQL's own program, which knows every layout. */
    ControlData controlDataAsPrinted() {
        return ControlData.parse(controlDataText());
    }

    String controlDataText() {
        ProcessResult result = runner.run(
                List.of(
                        installation.program("pg_controldata"),
                        settings.dataDirectory().toString()),
                TOOL_BOUND);
        return require(result, "pg_controldata").output();
    }

    /** The switches that led to that timeline, as far as its history file is here. */
    public List<TimelineHistory.Switch> historyOf(TimelineId timeline) {
        return TimelineHistoryFile.read(settings.dataDirectory().resolve("pg_wal"), timeline);
    }

    @Override
    public void close() {
        connection.close();
    }

    void execute(String sql, Duration bound) {
        connection.run(bound, open -> {
            try (Statement statement = open.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    static ProcessResult require(ProcessResult result, String program) {
        if (!result.succeeded()) {
            throw new PostgresFailure(
                    result.timedOut() ? PostgresFailure.Reason.TIMED_OUT : PostgresFailure.Reason.PROGRAM_FAILED,
                    program + ": " + result.complaint());
        }
        return result;
    }

    private void clearLeftovers() {
        processes.killAll(KILL_BOUND);
        new TimelineReservation(settings.dataDirectory()).clear();
        try {
            // Nothing of this directory lives (just seen), so the file only misleads: its pid may be a zombie that the
            // container's init is slow to collect, or belong to another program by now.
            Files.deleteIfExists(settings.dataDirectory().resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "the stale postmaster.pid cannot be removed", e);
        }
    }

    private void prepareDirectories() {
        try {
            Files.createDirectories(settings.stateDirectory());
            OwnedDirectory.create(settings.socketDirectory(), runner.user());
            if (settings.walGate().isPresent()) {
                OwnedDirectory.create(settings.walGate().get().directory(), runner.user());
            }
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "the instance's directories cannot be made", e);
        }
    }

    private StartOutcome awaitReady(long pid, long begun, Duration bound, OutputFile output, long from) {
        PidFile pidFile = new PidFile(settings.dataDirectory());
        while (true) {
            Optional<ProcessIdentity> postmaster = ProcFs.alive(pid);
            if (postmaster.isEmpty()) {
                return new StartOutcome.Failed(output.tail(from));
            }
            if (pidFile.saysReady(pid)) {
                return new StartOutcome.Ready(postmaster.get(), Duration.ofNanos(System.nanoTime() - begun));
            }
            if (System.nanoTime() - begun > bound.toNanos()) {
                return new StartOutcome.StillStarting(postmaster.get());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
