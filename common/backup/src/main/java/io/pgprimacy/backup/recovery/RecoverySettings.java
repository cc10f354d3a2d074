package io.pgprimacy.backup.recovery;

import io.pgprimacy.backup.RepositoryDamaged;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is written into a restored data directory so that PostgreSQL recovers to the target, and taken out again afterwards. */
public final class RecoverySettings {
    private static final String FILE = "postgresql.auto.conf";
    private static final String SIGNAL = "recovery.signal";
    private static final String STANDBY_SIGNAL = "standby.signal";
    /** Of PostgreSQL 13 to 17 (pg_control.h): where the settings lie that a server must not have less of than the one that wrote the WAL. */
    private static final Map<Integer, Integer> CONTROL_VERSIONS = Map.of(1300, 180);

    /** Where {@code ControlFileData.state} lies, in every version, and what it says until recovery from an archive has ended. */
    private static final int STATE = 16;

    private static final int IN_ARCHIVE_RECOVERY = 5;

    private static final List<String> SIZES = List.of(
            "max_connections",
            "max_worker_processes",
            "max_wal_senders",
            "max_prepared_transactions",
            "max_locks_per_transaction");

    private final Path data;

    public RecoverySettings(Path data) {
        this.data = data;
    }

    /** The signal is made last: without it PostgreSQL would open the backup as it is. */
    public void write(RecoveryPlan plan, String restoreCommand) throws IOException {
        append(lasting(), passing(plan, restoreCommand, "promote"));
        Files.createFile(data.resolve(SIGNAL));
    }

    /** PostgreSQL stops replaying at the target, or waits at the end of the WAL, and never opens for writing. */
    public void writeForStandby(RecoveryPlan plan, String restoreCommand) throws IOException {
        append(lasting(), passing(plan, restoreCommand, "pause"));
        if (!Files.exists(data.resolve(STANDBY_SIGNAL))) {
            Files.createFile(data.resolve(STANDBY_SIGNAL));
        }
    }

    /** Takes all of it out again; the directory stays that of a standby. */
    public void finishStandby(RecoveryPlan plan, String restoreCommand) throws IOException {
        List<String> lines = new ArrayList<>(lasting());
        lines.addAll(passing(plan, restoreCommand, "pause"));
        remove(lines);
    }

    private void append(List<String> lasting, List<String> passing) throws IOException {
        List<String> lines = new ArrayList<>(lasting);
        lines.addAll(passing);
        Files.write(data.resolve(FILE), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** No target: recovery that is begun again goes to the end of the WAL. */
    public void forgetTarget(RecoveryPlan plan) throws IOException {
        remove(targetOf(plan));
    }

    /** What must not outlive recovery: a standby that is made of this directory later would ask a script that is gone. */
    public void finish(RecoveryPlan plan, String restoreCommand) throws IOException {
        remove(passing(plan, restoreCommand, "promote"));
    }

    /**
     * Until PostgreSQL needs no WAL any more. It takes the signal away before it asks for its last file, the history of the timeline that it
     * leaves; a {@code restore_command} that is gone by then ends it. So {@code pg_control} is asked too.
     */
    public boolean isRecovering() throws IOException {
        return Files.exists(data.resolve(SIGNAL)) || control().getInt(STATE) == IN_ARCHIVE_RECOVERY;
    }

    /** A copy must not archive over the original, wait for its standbys, or follow it. */
    private List<String> lasting() throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "archive_mode = 'off'",
                "synchronous_standby_names = ''",
                "primary_conninfo = ''",
                "primary_slot_name = ''"));
        minimums().forEach((name, value) -> lines.add(name + " = '" + value + "'"));
        return lines;
    }

    private static List<String> passing(RecoveryPlan plan, String restoreCommand, String atTarget) {
        List<String> lines = new ArrayList<>(List.of(
                line("restore_command", restoreCommand),
                line(
                        "recovery_target_timeline",
                        plan.path().ancestry().timeline().toString()),
                line("recovery_target_action", atTarget)));
        lines.addAll(targetOf(plan));
        return lines;
    }

    private static List<String> targetOf(RecoveryPlan plan) {
        String inclusive = line("recovery_target_inclusive", plan.inclusive() ? "on" : "off");
        return switch (plan.target()) {
            case RecoveryTarget.Latest _ -> List.of();
            case RecoveryTarget.Time time ->
                List.of(line("recovery_target_time", RecoveryTarget.postgresTime(time.time())), inclusive);
            case RecoveryTarget.At at ->
                List.of(line("recovery_target_lsn", at.lsn().toString()), inclusive);
            case RecoveryTarget.Xid xid -> List.of(line("recovery_target_xid", Long.toString(xid.xid())), inclusive);
            case RecoveryTarget.Name name -> List.of(line("recovery_target_name", name.name()));
        };
    }

    private static String line(String name, String value) {
        return name + " = '" + value.replace("'", "''") + "'";
    }

    private void remove(List<String> lines) throws IOException {
        Path file = data.resolve(FILE);
        List<String> kept = new ArrayList<>(Files.readAllLines(file));
        kept.removeAll(lines);
        Path draft = Files.write(data.resolve(FILE + ".new"), kept);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Settings that a server needs at least that much of to replay this data's WAL; empty for a version whose control file is not known. */
    public Map<String, Integer> minimums() throws IOException {
        ByteBuffer control = control();
        Integer at = CONTROL_VERSIONS.get(control.getInt(8));
        Map<String, Integer> sizes = new TreeMap<>();
        if (at != null) {
            for (int i = 0; i < SIZES.size(); i++) {
                sizes.put(SIZES.get(i), control.getInt(at + i * Integer.BYTES));
            }
        }
        return sizes;
    }

    private ByteBuffer control() throws IOException {
        byte[] control = Files.readAllBytes(data.resolve("global/pg_control"));
        if (control.length < 512) {
            throw new RepositoryDamaged("global/pg_control has " + control.length + " bytes");
        }
        return ByteBuffer.wrap(control).order(ByteOrder.LITTLE_ENDIAN);
    }
}
