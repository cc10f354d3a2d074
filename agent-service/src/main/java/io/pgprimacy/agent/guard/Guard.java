package io.pgprimacy.agent.guard;

import io.pgprimacy.agent.process.BootId;
import io.pgprimacy.agent.process.ProcFs;
import io.pgprimacy.agent.process.ProcessIdentity;
import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.agent.process.Signal;
import io.pgprimacy.agent.process.UptimeClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The agent's side of the guard (S5): starts it, moves its deadline, reads what it holds. All state is in the runtime
 * directory, so an agent that restarts finds the guard and its deadline as they are.
 *
 * <p>While the deadline lies in the past the guard kills <em>every</em> start of this instance, also one as a standby:
 * disarm first.
 */
public final class Guard {
    private static final Duration START_BOUND = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(1);
    private static final String DISARMED = "none";

    private final GuardSettings settings;
    private final Path directory;

    public Guard(GuardSettings settings) {
        this.settings = settings;
        this.directory = settings.runtimeDirectory();
    }

    /**
     * Starts a guard unless one runs. A new guard takes up the deadline that the last one had.
     *
     * @return true where it was started now: whoever thought to be protected until now was not
     */
    public synchronized boolean ensureRunning() {
        if (process().isPresent()) {
            return false;
        }
        try {
            prepareDirectory();
        } catch (IOException e) {
            throw new GuardUnavailable("the guard's directory " + directory + " cannot be prepared", e);
        }
        List<String> command =
                new ArrayList<>(List.of("bash", directory.resolve("guard.sh").toString()));
        command.add(directory.toString());
        command.add(settings.dataDirectory().toString());
        settings.watchdog().ifPresent(device -> command.add(device.toString()));
        // As this process' own user: root where the agent is root, so that the database's user cannot kill it.
        ProcessRunner.asSelf().startDetached(command, directory.resolve("guard.log"));
        if (!await(
                START_BOUND, () -> current().lastBeat().isPresent() && process().isPresent())) {
            throw new GuardUnavailable("the guard did not start within " + START_BOUND.toMillis() + " ms; see "
                    + directory.resolve("guard.log"));
        }
        return true;
    }

    /**
     * Asks the guard to kill the instance when this time since boot has passed. Later than before takes effect on its
     * own; an earlier one counts only when {@link #awaitHeld} has said so.
     */
    public void hold(Duration deadline) {
        write(Long.toString(UptimeClock.toCentiseconds(deadline)));
    }

    /** True as soon as a live guard acts upon this deadline or an earlier one; false when the bound has passed. */
    public boolean awaitHeld(Duration deadline, Duration bound) {
        long wanted = UptimeClock.toCentiseconds(deadline);
        return await(
                bound,
                () -> process().isPresent()
                        && held().flatMap(Held::deadline)
                                .filter(held -> held <= wanted)
                                .isPresent());
    }

    /** Asks the guard to let the instance live without a deadline: it is no primary. */
    public void disarm() {
        write(DISARMED);
    }

    /** True as soon as the guard has let go; only then may PostgreSQL be started after a fencing. */
    public boolean awaitDisarmed(Duration bound) {
        return await(
                bound, () -> held().filter(held -> held.deadline().isEmpty()).isPresent());
    }

    /** What the guard holds now; an agent that restarts carries on from there. */
    public GuardState current() {
        boolean alive = process().isPresent();
        return held().map(held -> new GuardState(
                        alive,
                        held.deadline().map(UptimeClock::ofCentiseconds),
                        Optional.of(UptimeClock.ofCentiseconds(held.uptime()))))
                .orElse(alive ? new GuardState(true, Optional.empty(), Optional.empty()) : GuardState.ABSENT);
    }

    /** Each time since boot at which it killed something, oldest first. */
    public List<Duration> fencings() {
        try (Stream<String> lines = Files.lines(directory.resolve("fenced"))) {
            return lines.map(line -> line.split(" "))
                    .filter(words -> words.length > 2)
                    .map(words -> UptimeClock.ofCentiseconds(Long.parseLong(words[1])))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Ends a guard that guards nothing: refused by itself while it is armed and the instance runs. */
    public boolean leave(Duration bound) {
        Optional<ProcessIdentity> guard = process();
        guard.ifPresent(Signal.TERM::sendTo);
        poke();
        return await(bound, () -> guard.isEmpty() || !guard.get().isAlive());
    }

    /** The guard's process while it lives. */
    public Optional<ProcessIdentity> process() {
        return words("guard")
                .filter(words -> words.length == 3)
                .flatMap(words -> ProcFs.alive(Long.parseLong(words[0]))
                        .filter(process -> process.startTicks() == Long.parseLong(words[1])));
    }

    private record Held(Optional<Long> deadline, long uptime) {}

    private Optional<Held> held() {
        return words("held")
                .filter(words -> words.length == 3)
                .map(words -> new Held(
                        words[0].equals(DISARMED) ? Optional.empty() : Optional.of(Long.parseLong(words[0])),
                        Long.parseLong(words[1])));
    }

    /** The guard rewrites its files in place; a line without its end is one that is being written, so look again. */
    private Optional<String[]> words(String file) {
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                String line = Files.readString(directory.resolve(file));
                if (line.endsWith("\n")) {
                    return Optional.of(line.strip().split(" "));
                }
                LockSupport.parkNanos(POLL.toNanos());
            } catch (IOException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** By rename, so that the guard sees the old line or the new one and nothing between. */
    private synchronized void write(String deadline) {
        boolean idle = isAcknowledged();
        try {
            Path next = directory.resolve("deadline.next");
            Files.writeString(next, deadline + "\n");
            Files.move(next, directory.resolve("deadline"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new GuardUnavailable("the guard's deadline cannot be written to " + directory, e);
        }
        // A guard that has not even taken the last one gets no further poke: the fifo of a frozen one would fill up and
        // block us.
        if (idle) {
            poke();
        }
    }

    private boolean isAcknowledged() {
        Optional<String> wanted = words("deadline").map(words -> words[0]);
        Optional<String> held = words("held").map(words -> words[0]);
        return wanted.isEmpty() || Objects.equals(wanted, held);
    }

    /** Opened for reading as well: opening a fifo only for writing waits for a reader, and there may be none. */
    private void poke() {
        Path fifo = directory.resolve("wake");
        if (!Files.exists(fifo) || process().isEmpty()) {
            return;
        }
        try (FileChannel channel = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
        } catch (IOException e) {
            throw new GuardUnavailable("the guard cannot be woken through " + fifo, e);
        }
    }

    private void prepareDirectory() throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String boot = BootId.current();
        boolean ofThisBoot = words("guard")
                .map(words -> words[words.length - 1].equals(boot))
                .orElse(true);
        Files.deleteIfExists(directory.resolve("held"));
        if (!ofThisBoot) {
            // The clock began anew at boot: an old deadline could lie days ahead.
            Files.deleteIfExists(directory.resolve("deadline"));
            Files.deleteIfExists(directory.resolve("fenced"));
        }
        Path script = directory.resolve("guard.sh.next");
        try (InputStream source = Objects.requireNonNull(Guard.class.getResourceAsStream("guard.sh"), "guard.sh")) {
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        // Bash reads a script as it goes, so a running guard must keep the file that it has.
        Files.move(script, directory.resolve("guard.sh"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean await(Duration bound, BooleanSupplier condition) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begun > bound.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }
}
