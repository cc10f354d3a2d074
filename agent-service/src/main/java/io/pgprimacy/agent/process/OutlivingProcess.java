package io.pgprimacy.agent.process;

import io.pgprimacy.agent.state.DurableFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that goes on when this process ends, and that a later life of it finds again: who it is and what it says lie in a directory of
 * its own; see {@link ProcessRunner#startOutliving}.
 *
 * <p>Who it is is durable before it is given its input, so that none is ever at work which could not be found. Its standard input ends with the
 * process that started it, which tells it to look for the next life of that.
 */
public final class OutlivingProcess implements RunningProgram {
    private static final Logger LOG = LoggerFactory.getLogger(OutlivingProcess.class);
    /** Holds {@link Trace}; the sandbox reads its first two words. */
    private static final String PROCESS = "process";

    private static final String LINES = "lines.jsonl";
    private static final String ERRORS = "errors";
    private static final Duration END_BOUND = Duration.ofSeconds(10);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final int LONGEST_LINE = 1 << 20;
    private static final int KEPT_ERRORS = 16 * 1024;

    private final Path directory;
    private final Trace trace;
    private final Optional<Process> own;

    /**
     * @param boot during which it was started: afterwards the same numbers mean another process
     * @param begun by {@link UptimeClock}
     */
    private record Trace(ProcessIdentity process, String boot, Duration begun) {
        static Trace of(Process started) {
            // One that has ended already and was buried has no start time any more, and is never found alive.
            ProcessIdentity process =
                    ProcFs.stat(started.pid()).map(ProcStat::identity).orElse(new ProcessIdentity(started.pid(), -1));
            return new Trace(process, BootId.current(), UptimeClock.system().now());
        }

        static Trace parse(String text) {
            String[] words = text.strip().split(" ");
            return new Trace(
                    new ProcessIdentity(Long.parseLong(words[0]), Long.parseLong(words[1])),
                    words[2],
                    Duration.ofMillis(Long.parseLong(words[3])));
        }

        String text() {
            return process.pid() + " " + process.startTicks() + " " + boot + " " + begun.toMillis() + "\n";
        }

        boolean isOfThisBoot() {
            return boot.equals(BootId.current());
        }
    }

    private OutlivingProcess(Path directory, Trace trace, Optional<Process> own) {
        this.directory = directory;
        this.trace = trace;
        this.own = own;
    }

    /** @param directory new, for this one alone */
    static OutlivingProcess begin(ProcessBuilder builder, String input, Path directory) throws IOException {
        Files.createDirectories(directory);
        Process process = builder.redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(LINES).toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(ERRORS).toFile()))
                .start();
        try {
            Trace trace = Trace.of(process);
            DurableFile.write(directory.resolve(PROCESS), trace.text());
            give(process, input);
            return new OutlivingProcess(directory, trace, Optional.of(process));
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /**
     * What was begun there, whether it goes on or has ended; empty where it had not been given its input. Nothing is known of what a
     * damaged file names, so nothing is done to it.
     */
    public static Optional<OutlivingProcess> find(Path directory) {
        try {
            Trace trace = Trace.parse(Files.readString(directory.resolve(PROCESS)));
            return Optional.of(new OutlivingProcess(directory, trace, Optional.empty()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            LOG.warn("who was at work in {} cannot be read", directory, e);
            return Optional.empty();
        }
    }

    /** Small enough for the pipe, so this does not wait for it. */
    private static void give(Process process, String input) {
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            LOG.debug("it has ended already; its exit code tells why", e);
        }
    }

    /**
     * To be called once.
     *
     * @param onLine each line of its output from the first on, in order, on a thread of its own
     * @param onEnd when it has ended and all its output has been handed over, on the same one; the exit code is -1 where it is not known, because an
     *     earlier life of this process had started it
     */
    public void follow(Consumer<String> onLine, Consumer<ProcessResult> onEnd) {
        Thread.ofPlatform().daemon().name("outliving-" + trace.process()).start(() -> {
            String trouble = listen(onLine);
            onEnd.accept(new ProcessResult(exitCode(), false, "", errors() + trouble, age()));
        });
    }

    /** Whoever now has that pid is not taken for it. */
    public boolean isAlive() {
        return trace.isOfThisBoot() && trace.process().isAlive();
    }

    /** Since it was started; nothing where that was before the machine's last boot. */
    public Duration age() {
        return trace.isOfThisBoot() ? UptimeClock.system().now().minus(trace.begun()) : Duration.ZERO;
    }

    @Override
    public boolean outlives() {
        return true;
    }

    @Override
    public void end() {
        end(END_BOUND);
    }

    void end(Duration bound) {
        if (isAlive()) {
            Signal.TERM.sendTo(trace.process());
            CompletableFuture.delayedExecutor(bound.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::kill);
        }
    }

    private void kill() {
        if (isAlive()) {
            ProcessHandle.of(trace.process().pid()).stream()
                    .flatMap(ProcessHandle::descendants)
                    .forEach(ProcessHandle::destroyForcibly);
            Signal.KILL.sendTo(trace.process());
        }
    }

    @Override
    public String toString() {
        return trace.process().toString();
    }

    /** Until it has ended. Returns what went wrong, if anything did. */
    private String listen(Consumer<String> onLine) {
        String trouble = "";
        try (InputStream said = Files.newInputStream(directory.resolve(LINES))) {
            Lines lines = new Lines(said, onLine);
            boolean alive;
            do {
                // Looked at before reading: what it said last is read after it has ended.
                alive = isAlive();
                lines.read();
                pause(alive);
            } while (alive);
        } catch (IOException e) {
            trouble = "what it says cannot be read: " + e;
            kill();
        }
        while (isAlive()) {
            pause(true);
        }
        return trouble;
    }

    private static void pause(boolean needed) {
        if (needed) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private int exitCode() {
        try {
            return own.isPresent() ? own.get().waitFor() : -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private String errors() {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve(ERRORS).toFile(), "r")) {
            file.seek(Math.max(0, file.length() - KEPT_ERRORS));
            byte[] last = new byte[(int) Math.min(KEPT_ERRORS, file.length() - file.getFilePointer())];
            file.readFully(last);
            return new String(last, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Of a file that grows: the end of what is there may be half a line. */
    private static final class Lines {
        private final InputStream in;
        private final Consumer<String> onLine;
        private final byte[] buffer = new byte[8192];
        private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

        Lines(InputStream in, Consumer<String> onLine) {
            this.in = in;
            this.onLine = onLine;
        }

        void read() throws IOException {
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                for (int i = 0; i < length; i++) {
                    take(buffer[i]);
                }
            }
        }

        private void take(byte next) {
            if (next == '\n') {
                onLine.accept(begun.toString(StandardCharsets.UTF_8));
                begun.reset();
            } else if (begun.size() < LONGEST_LINE) {
                begun.write(next);
            }
        }
    }
}
